import { describe, expect, test } from "vitest";
import { ExclusiveGateway, ParallelGateway } from "./gateway.ts";
import { ConditionalGroup, MapGroup, ParallelGroup, RaceGroup, SequentialGroup } from "./groups.ts";
import { HumanStep } from "./human-step.ts";
import { MachineStep } from "./machine-step.ts";
import { SignalStep } from "./signal-step.ts";
import type { Step } from "./step.ts";
import { SubWorkflowStep } from "./sub-workflow-step.ts";
import { WorkflowDefinition, type WorkflowDefinitionInit } from "./workflow-definition.ts";

/** What JavaScript would pass: no type says what it is. */
function untyped<Made>(make: (options: never) => Made, options: unknown): Made {
  return make(options as never);
}

const machine = (options: unknown = {}) => untyped((given) => new MachineStep(given), options);
const sequence = (options: unknown) => untyped((given) => new SequentialGroup(given), options);
const parallel = (options: unknown) => untyped((given) => new ParallelGroup(given), options);
const mapping = (options: unknown) => untyped((given) => new MapGroup(given), options);
const choosing = (options: unknown) => untyped((given) => new ConditionalGroup(given), options);
const calling = (options: unknown) => untyped((given) => new SubWorkflowStep(given), options);
const waiting = (options: unknown) => untyped((given) => new SignalStep(given), options);

function aDefinition(changes: object = {}): WorkflowDefinition {
  const init = {
    name: "sample",
    version: "1.0.0",
    steps: { a: machine() },
    edges: [],
    initialStep: "a",
    ...changes,
  };
  return untyped((given: WorkflowDefinitionInit) => new WorkflowDefinition(given), init);
}

const problemsOf = (step: Step) => aDefinition({ steps: { a: step } }).validate();

describe("validate names the step and what is wrong", () => {
  test.each<[string, () => Step, string]>([
    ["a hook", () => machine({ onFailure: "ignore" }), "onFailure must be a function, got ignore"],
    ["work", () => machine({ execute: null }), "execute must be a function, got null"],
    ["an undoing", () => machine({ compensate: true }), "compensate must be a function, got true"],
    [
      "a method",
      () => Object.assign(machine(), { onSuccess: "later" }),
      "onSuccess must be a function, got later",
    ],
    [
      "a hook of its type",
      () => untyped((given) => new HumanStep(given), { getAssignee: "bob" }),
      "getAssignee must be a function, got bob",
    ],
    [
      "a way to choose",
      () => untyped((given) => new ExclusiveGateway(given), { condition: "b" }),
      "condition must be a function, got b",
    ],
    ["text", () => machine({ description: 5 }), "description must be text, got 5"],
    [
      "an option",
      () => machine({ timeOut: 5 }),
      "unknown option 'timeOut': did you mean 'timeout'?",
    ],
    ["a far option", () => machine({ colour: 5 }), "unknown option 'colour'"],
    [
      "a policy's option",
      () => machine({ retry: { maxAttempts: 2, initialIntervall: 5 } }),
      "retry: unknown option 'initialIntervall': did you mean 'initialInterval'?",
    ],
    [
      "a beginning of an option",
      () => machine({ retry: { maxAttempts: 2, backoff: 5 } }),
      "retry: unknown option 'backoff': did you mean 'backoffCoefficient'?",
    ],
    ["no workflow", () => calling({}), "needs the name of a workflow"],
    ["an odd workflow", () => calling({ workflow: "a/b" }), "no workflow can have the name 'a/b'"],
    [
      "a version in words",
      () => calling({ workflow: "b", version: "latest" }),
      "version 'latest' is not a semantic version like 1.0.0",
    ],
    [
      "a wait in words",
      () => calling({ workflow: "b", wait: "no" }),
      "wait must be true or false, got no",
    ],
    ["no join", () => machine({ join: null }), 'join must be "all", "any" or { count }'],
    [
      "a join's option",
      () => machine({ join: { count: 0, cancelOther: true } }),
      "join: unknown option 'cancelOther': did you mean 'cancelOthers'?",
    ],
    [
      "a join that cancels in words",
      () => machine({ join: { count: 0, cancelOthers: "no" } }),
      "join.cancelOthers must be true or false, got no",
    ],
  ])("given %s, then: %#", (_, make, problem) => {
    expect(problemsOf(make())).toContain(`Step 'a': ${problem}`);
  });

  test.each<[string, () => Step, string]>([
    [
      "no items",
      () => mapping({ step: machine() }),
      "Step 'a': needs items: as an option or as a method",
    ],
    [
      "a list of items",
      () => mapping({ items: [1], step: machine() }),
      "Step 'a': items must be a function, got [1]",
    ],
    [
      "no condition",
      () => choosing({ branches: { x: machine() } }),
      "Step 'a': needs condition: as an option or as a method",
    ],
    [
      "a rule that it has not",
      () => sequence({ steps: { b: machine() }, onFailure: "collect" }),
      "Step 'a': onFailure must be a function, got collect",
    ],
    [
      "a rule that is none",
      () => parallel({ steps: { b: machine() }, onFailure: "x" }),
      `Step 'a': onFailure must be "fail-fast", "collect" or a function, got x`,
    ],
    [
      "a member that joins",
      () => sequence({ steps: { b: machine({ join: "any" }) } }),
      "Step 'b': join has no meaning inside of group 'a', where no edges meet",
    ],
    [
      "a member without a name",
      () => sequence({ steps: [machine()] }),
      "A step in the list of group 'a' has no name: give it a name or use an object",
    ],
    [
      "an option of another group",
      () =>
        untyped((given) => new RaceGroup(given), { steps: { b: machine() }, callback: machine() }),
      "Step 'a': unknown option 'callback'",
    ],
    [
      "branches that are no list",
      () => untyped((given) => new ParallelGateway(given), { branches: 5 }),
      "Gateway 'a': branches must be a list of names, got 5",
    ],
  ])("given a group or gateway with %s, then: %#", (_, make, problem) => {
    expect(problemsOf(make())).toContain(problem);
  });

  test.each(["", ".", "..", "x".repeat(256), "a\u0000b", "\uD800", 5])(
    "given the signal %j, then nobody could send it",
    (signal) => {
      expect(problemsOf(waiting({ signal }))).toEqual([
        expect.stringMatching(/^Signal step 'a': signal must be 1 to 255 characters/),
      ]);
    },
  );

  test("given signals that a URL can name when escaped, then they may be", () => {
    for (const signal of ["a/b c", "größe", "x".repeat(255)]) {
      expect(problemsOf(waiting({ signal }))).toEqual([]);
    }
  });

  test("given a branch for a signal that is never late, then it is said", () => {
    expect(problemsOf(waiting({ onTimeout: "b" }))).toEqual([
      "Signal step 'a': there is no edge to its onTimeout 'b'",
      "Signal step 'a': onTimeout needs a timeout",
    ]);
  });

  test.each<[object, string]>([
    [{ onNoMatch: "Fail" }, 'onNoMatch must be "complete" or "fail", got Fail'],
    [{ terminalStep: ["a"] }, "unknown option 'terminalStep': did you mean 'terminalSteps'?"],
    [{ name: undefined }, "Workflow name 'nothing' must be 1 to 255 letters"],
    [{ initialStep: undefined }, "Initial step 'nothing' not found in steps"],
    [
      { steps: [machine()], initialStep: "" },
      "A step in the list has no name: give it a name or use an object",
    ],
    [
      { edges: [{ source: "a", target: "a", condition: true }] },
      "Edge 0: condition cannot be read: it must be a function, an expression or null, got true",
    ],
  ])("given the definition with %j, then it is said", (changes, problem) => {
    expect(aDefinition(changes).validate()).toEqual([expect.stringContaining(problem)]);
  });

  test("given a class with options and fields of its own, then they are its own business", () => {
    class Mail extends MachineStep {
      readonly to: string;
      constructor(options: { to: string }) {
        super(options as object);
        this.to = options.to;
      }
    }
    class Pages extends MapGroup {
      override items() {
        return [1, 2];
      }
    }
    expect(problemsOf(new Mail({ to: "bob" }))).toEqual([]);
    expect(problemsOf(new Pages({ step: machine() }))).toEqual([]);
  });
});

describe("what no definition can be made of is refused in words", () => {
  const cyclic = () => {
    const steps: Record<string, Step> = {};
    steps["inner"] = sequence({ steps });
    return sequence({ steps });
  };
  const deep = () => {
    let step: Step = machine();
    for (let depth = 0; depth < 3_000; depth += 1)
      step = sequence({ steps: { [`s${depth}`]: step } });
    return step;
  };

  test.each<[string, () => unknown, string]>([
    [
      "no steps",
      () => aDefinition({ steps: undefined }),
      "steps must be an object of steps by name",
    ],
    ["no edges", () => aDefinition({ edges: undefined }), "edges must be a list, got nothing"],
    ["a function", () => aDefinition({ steps: { a: () => 1 } }), "'a' of steps must be a step"],
    ["an edge of nothing", () => aDefinition({ edges: [null] }), "Edge 0 must be an Edge or"],
    [
      "an edge to nowhere",
      () => aDefinition({ edges: [{ source: "a" }] }),
      "Edge 0: target must be the name of a step, a step or its class, got nothing",
    ],
    [
      "an edge to a function",
      () => aDefinition({ edges: [{ source: "a", target: () => 1 }] }),
      "Edge 0: target must be the name of a step, a step or its class",
    ],
    ["one end", () => aDefinition({ terminalSteps: "a" }), "terminalSteps must be a list of names"],
    [
      "no member",
      () => problemsOf(mapping({ items: () => [] })),
      "step of group 'a' must be a step",
    ],
    ["no members", () => problemsOf(parallel({})), "steps of group 'a' must be an object"],
    ["no branches", () => problemsOf(choosing({ condition: () => "" })), "branches of group 'a'"],
    [
      "a callback",
      () => problemsOf(parallel({ steps: [machine()], callback: () => 1 })),
      "callback of group 'a' must be a step",
    ],
    ["nesting", () => problemsOf(deep()), "stands in 64 others: nest them less deeply"],
    ["no options", () => parallel(undefined), "ParallelGroup is made from an object of options"],
    ["null", () => machine(null), "MachineStep is made from an object of options, got null"],
    ["no init", () => untyped((given) => new WorkflowDefinition(given), 5), "A definition is made"],
  ])("given %s, then: %#", (_, make, problem) => {
    expect(make).toThrow("Workflow validation failed: ");
    expect(make).toThrow(problem);
  });

  test("given a group that holds itself, then its name is used twice", () => {
    expect(problemsOf(cyclic())).toContain("Step name 'inner' is used more than once");
  });
});
