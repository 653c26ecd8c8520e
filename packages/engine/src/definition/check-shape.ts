import { errorText, WorkflowValidationError } from "../errors.ts";
import { ConditionalGroup, MapGroup, ParallelGroup, RaceGroup, SequentialGroup } from "./groups.ts";
import { said } from "./said.ts";
import { FanOutGroup, StepGroup } from "./step-group.ts";
import { Step } from "./step.ts";

/** Groups nested in each other: what looks into them recurses, and nobody could read more. */
const DEEPEST = 64;

/**
 * Refuses what no definition can be made of. Workflows written in JavaScript have no compiler to
 * say so; what can be made and is wrong nevertheless is for `validate()` to say.
 * @throws WorkflowValidationError with everything that is missing or of another kind
 */
export function checkShape(init: unknown): void {
  const problems = isObject(init)
    ? [...stepsProblems(init), ...edgesProblems(init), ...terminalProblems(init)]
    : [
        `A definition is made from an object with name, version, steps and edges, got ${said(init)}`,
      ];
  if (problems.length > 0) throw new WorkflowValidationError(problems);
}

function stepsProblems(init: object): string[] {
  return membersProblems("steps", Reflect.get(init, "steps"), new Set());
}

/** @param where what the steps were given as, for the message */
function membersProblems(
  where: string,
  members: unknown,
  around: ReadonlySet<StepGroup>,
): string[] {
  if (!isObject(members) || members instanceof Step) {
    return [
      `${where} must be an object of steps by name, or a list of steps, got ${said(members)}`,
    ];
  }
  return Object.entries(members).flatMap(([key, step]) =>
    stepProblems(Array.isArray(members) ? `entry ${key} of ${where}` : `'${key}' of ${where}`, {
      step,
      name: key,
      around,
    }),
  );
}

interface Place {
  readonly step: unknown;
  readonly name: string;
  /** Groups around it: one that holds itself is refused later, for its name. */
  readonly around: ReadonlySet<StepGroup>;
}

function stepProblems(where: string, { step, name, around }: Place): string[] {
  if (!(step instanceof Step)) {
    return [`${where} must be a step, like new MachineStep({ … }), got ${kindOf(step)}`];
  }
  if (!(step instanceof StepGroup) || around.has(step)) return [];
  const group = `group '${step.name || name}'`;
  if (around.size >= DEEPEST)
    return [`${group} stands in ${DEEPEST} others: nest them less deeply`];
  const here = new Set([...around, step]);
  return [...insideProblems(group, step, here), ...callbackProblems(group, step, here)];
}

function insideProblems(group: string, step: StepGroup, around: ReadonlySet<StepGroup>): string[] {
  if (
    step instanceof SequentialGroup ||
    step instanceof ParallelGroup ||
    step instanceof RaceGroup
  ) {
    return membersProblems(`steps of ${group}`, step.steps, around);
  }
  if (step instanceof ConditionalGroup) {
    return membersProblems(`branches of ${group}`, step.branches, around);
  }
  if (!(step instanceof MapGroup)) return [];
  return stepProblems(`step of ${group}`, { step: step.step, name: "item", around });
}

function callbackProblems(
  group: string,
  step: StepGroup,
  around: ReadonlySet<StepGroup>,
): string[] {
  if (!(step instanceof FanOutGroup) || step.callback === null) return [];
  return stepProblems(`callback of ${group}`, { step: step.callback, name: "callback", around });
}

function edgesProblems(init: object): string[] {
  const edges: unknown = Reflect.get(init, "edges");
  if (!Array.isArray(edges)) return [`edges must be a list, got ${said(edges)}`];
  return edges.flatMap((edge: unknown, index) => {
    if (!isObject(edge)) {
      return [`Edge ${index} must be an Edge or { source, target }, got ${said(edge)}`];
    }
    return ["source", "target"].flatMap((end) =>
      referenceProblems(`Edge ${index}: ${end}`, Reflect.get(edge, end)),
    );
  });
}

function referenceProblems(where: string, reference: unknown): string[] {
  if (typeof reference === "string" || reference instanceof Step) return [];
  const must = `${where} must be the name of a step, a step or its class`;
  if (typeof reference !== "function") return [`${must}, got ${said(reference)}`];
  try {
    const made: unknown = Reflect.construct(reference, []);
    return made instanceof Step ? [] : [`${must}, got ${reference.name || "a function"}`];
  } catch (error) {
    return [`${must}; ${reference.name || "a function"} cannot be made: ${errorText(error)}`];
  }
}

function terminalProblems(init: object): string[] {
  const steps: unknown = Reflect.get(init, "terminalSteps") ?? [];
  const isIterable = isObject(steps) && typeof Reflect.get(steps, Symbol.iterator) === "function";
  return isIterable ? [] : [`terminalSteps must be a list of names, got ${said(steps)}`];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What JSON would make of a step's mistake is long and says nothing. */
function kindOf(value: unknown): string {
  if (typeof value === "function") return "a function or class";
  return isObject(value) ? "an object" : said(value);
}
