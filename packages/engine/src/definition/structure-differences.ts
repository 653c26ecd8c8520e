import type { EdgeStructure, StepStructure, WorkflowStructure } from "./structure.ts";

/**
 * What has changed from one structure to another, in words and in the order of declaration; empty
 * where they say the same.
 */
export function structureDifferences(
  before: WorkflowStructure,
  after: WorkflowStructure,
): string[] {
  const differences = [
    ...stepDifferences(before.steps, after.steps),
    ...edgeDifferences(before.edges, after.edges),
    ...valueDifference("the initial step", before.initialStep, after.initialStep),
    ...valueDifference("the terminal steps", before.terminalSteps, after.terminalSteps),
    ...valueDifference("the input schema", before.inputSchema, after.inputSchema),
    ...valueDifference("the deadline in milliseconds", before.deadline, after.deadline),
    ...valueDifference("onNoMatch", before.onNoMatch, after.onNoMatch),
    ...valueDifference("the description", before.description, after.description),
  ];
  // What is left is order, which counts: of steps in pictures, of edges at gateways and joins.
  return differences.length > 0 || canonical(before) === canonical(after)
    ? differences
    : ["steps or edges are in another order"];
}

function stepDifferences(
  before: readonly StepStructure[],
  after: readonly StepStructure[],
): string[] {
  const known = new Map(before.map((step) => [step.name, step]));
  const kept = new Set(after.map((step) => step.name));
  return [
    ...after.flatMap((step) => {
      const old = known.get(step.name);
      return old === undefined ? [`step '${step.name}' is new`] : stepChanges(old, step);
    }),
    ...before.filter((step) => !kept.has(step.name)).map((step) => `step '${step.name}' is gone`),
  ];
}

function stepChanges(before: StepStructure, after: StepStructure): string[] {
  const fields = [
    "type",
    "description",
    "title",
    "formSchema",
    "gatewayKind",
    "memberOf",
    "group",
    "join",
    "signal",
    "workflow",
    "compensates",
  ] as const;
  return fields.flatMap((field) =>
    valueDifference(`${field} of step '${after.name}'`, before[field], after[field]),
  );
}

function edgeDifferences(
  before: readonly EdgeStructure[],
  after: readonly EdgeStructure[],
): string[] {
  const gone = before.map(edgeText);
  const come: string[] = [];
  for (const text of after.map(edgeText)) {
    const same = gone.indexOf(text);
    if (same === -1) come.push(text);
    else gone.splice(same, 1);
  }
  return [
    ...come.map((text) => `edge ${text} is new`),
    ...gone.map((text) => `edge ${text} is gone`),
  ];
}

function edgeText({ source, target, condition }: EdgeStructure): string {
  const when = condition === null ? "" : ` when ${condition}`;
  return `'${source}' -> '${target}'${when}`;
}

function valueDifference(what: string, before: unknown, after: unknown): string[] {
  if (canonical(before) === canonical(after)) return [];
  const short = (value: unknown) => {
    const text = JSON.stringify(value) ?? "nothing";
    return text.length <= 80 ? text : null;
  };
  const [was, is] = [short(before), short(after)];
  return was === null || is === null
    ? [`${what} has changed`]
    : [`${what} changed from ${was} to ${is}`];
}

/** JSON without regard to the order of keys, as jsonb compares. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === "object" && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    ) ?? ""
  );
}
