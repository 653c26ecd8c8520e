import {
  ExclusiveGateway,
  Gateway,
  MachineStep,
  ParallelGateway,
  TimerStep,
  WorkflowDefinition,
} from "@drover/engine";

type Marks = Record<string, boolean>;

/** A step that says in the context that it ran. */
const mark = (name: string) =>
  new MachineStep<Marks>({ name, execute: (context) => context.set(`${name}_ran`, true) });

const VERSION = "1.0.0";

export const simpleWorkflow = new WorkflowDefinition({
  name: "simple_workflow",
  version: VERSION,
  steps: [mark("only")],
  edges: [],
  initialStep: "only",
});

interface Application {
  amount: number;
  eligible: boolean;
  result: string;
}

export const eligibility = new WorkflowDefinition<Application>({
  name: "eligibility",
  version: VERSION,
  steps: [
    new MachineStep<Application>({
      name: "check",
      execute: (context) => context.set("eligible", context.get("amount", 0) <= 1_000),
    }),
    new MachineStep<Application>({
      name: "approve",
      execute: (context) => context.set("result", "approved"),
    }),
    new MachineStep<Application>({
      name: "reject",
      execute: (context) => context.set("result", "rejected"),
    }),
  ],
  edges: [
    { source: "check", target: "approve", condition: "context.get('eligible') == True" },
    { source: "check", target: "reject", condition: "not eligible" },
  ],
  initialStep: "check",
  terminalSteps: ["approve", "reject"],
});

/** Forks to two of three branches by a gateway. */
export const gatewayFork = new WorkflowDefinition({
  name: "gateway_fork",
  version: VERSION,
  steps: [
    new ParallelGateway<Marks>({ name: "fork", branches: ["left", "right"] }),
    ...["left", "middle", "right", "gather"].map(mark),
  ],
  edges: ["left", "middle", "right"].flatMap((branch) => [
    { source: "fork", target: branch },
    { source: branch, target: "gather" },
  ]),
  initialStep: "fork",
  terminalSteps: ["gather"],
});

const breaks = () => {
  throw new TypeError("the branch is broken");
};

/** One of three branches fails and nobody handles it. */
export const failingBranch = new WorkflowDefinition({
  name: "failing_branch",
  version: VERSION,
  steps: [
    ...["begin", "first", "third", "gather"].map(mark),
    new MachineStep<Marks>({ name: "second", execute: breaks }),
  ],
  edges: ["first", "second", "third"].flatMap((branch) => [
    { source: "begin", target: branch },
    { source: branch, target: "gather" },
  ]),
  initialStep: "begin",
  terminalSteps: ["gather"],
});

/** A branch that runs, one that is skipped and one that fails and is handled meet again. */
export const unevenBranches = new WorkflowDefinition({
  name: "uneven_branches",
  version: VERSION,
  steps: [
    ...["begin", "runs", "gather"].map(mark),
    new MachineStep<Marks>({ name: "is_skipped", canExecute: () => false }),
    new MachineStep<Marks>({
      name: "is_handled",
      execute: breaks,
      onFailure: (context) => context.set("handled", true),
    }),
  ],
  edges: ["runs", "is_skipped", "is_handled"].flatMap((branch) => [
    { source: "begin", target: branch },
    { source: branch, target: "gather" },
  ]),
  initialStep: "begin",
  terminalSteps: ["gather"],
});

interface Ways {
  ways: string[];
}

/** Goes where its input says; there is an edge to `there` alone. */
export const anyWay = new WorkflowDefinition<Ways>({
  name: "any_way",
  version: VERSION,
  steps: {
    choose_one: new ExclusiveGateway<Ways>({
      condition: (context) => context.get("ways", [])[0] ?? "choose_many",
    }),
    choose_many: new Gateway<Ways>({ evaluate: () => ["there", "elsewhere"] }),
    there: new MachineStep<Ways>({ execute: () => null }),
  },
  edges: [
    { source: "choose_one", target: "there" },
    { source: "choose_one", target: "choose_many" },
    { source: "choose_many", target: "there" },
  ],
  initialStep: "choose_one",
  terminalSteps: ["there"],
});

export const brokenCondition = new WorkflowDefinition({
  name: "broken_condition",
  version: VERSION,
  steps: ["begin", "end"].map(mark),
  edges: [{ source: "begin", target: "end", condition: "nobody_set_this > 1" }],
  initialStep: "begin",
  terminalSteps: ["end"],
});

const TIMERS = ["first_timer", "second_timer", "third_timer"];

export const threeTimers = new WorkflowDefinition({
  name: "three_timers",
  version: VERSION,
  steps: [
    ...["begin", "gather"].map(mark),
    ...TIMERS.map((name) => new TimerStep<Marks>({ name, duration: { seconds: 3 } })),
  ],
  edges: TIMERS.flatMap((timer) => [
    { source: "begin", target: timer },
    { source: timer, target: "gather" },
  ]),
  initialStep: "begin",
  terminalSteps: ["gather"],
});
