import { FanOutGroup, StepGroup } from "./step-group.ts";
import { MapGroup } from "./groups.ts";
import type { Step } from "./step.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

/** What is wrong with groups and with joins that count, in words. */
export function groupProblems<Data extends object>(definition: WorkflowDefinition<Data>): string[] {
  const { structure } = definition;
  return [
    ...definition.duplicateSteps.map((name) => `Step name '${name}' is used more than once`),
    ...[...definition.steps].flatMap(([name, step]) => [
      ...(step instanceof StepGroup ? problemsOfGroup(name, step) : []),
      ...joinProblems(definition, name, step),
    ]),
    ...structure.edges.flatMap(({ source, target }, index) =>
      [source, target].flatMap((name) => {
        const group = structure.steps.find((step) => step.name === name)?.memberOf;
        return group === undefined
          ? []
          : [`Edge ${index}: step '${name}' is inside of group '${group}', where no edges lead`];
      }),
    ),
    ...[definition.initialStep, ...definition.terminalSteps].flatMap((name) => {
      const group = structure.steps.find((step) => step.name === name)?.memberOf;
      return group === undefined
        ? []
        : [`Step '${name}' is inside of group '${group}' and cannot be initial or terminal`];
    }),
  ];
}

function problemsOfGroup<Data extends object>(name: string, group: StepGroup<Data>): string[] {
  const problems: string[] = [];
  if (group.members(name).length === 0) problems.push(`Group '${name}' has no steps`);
  // Its members are tried again and have limits of their own; of the group there is nothing to try.
  for (const option of ["retry", "timeout", "heartbeatTimeout"] as const) {
    if (group[option] !== null) {
      problems.push(`Group '${name}' cannot have '${option}': give it to its steps`);
    }
  }
  if (group.compensates) {
    problems.push(`Group '${name}' cannot have 'compensate': give it to its steps`);
  }
  if (group instanceof FanOutGroup && !["fail-fast", "collect"].includes(group.failureRule)) {
    problems.push(`Group '${name}': onFailure must be "fail-fast" or "collect"`);
  }
  if (group instanceof MapGroup && group.concurrency !== null) {
    const { concurrency } = group;
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      problems.push(`Group '${name}': concurrency must be a whole number of 1 or more`);
    }
  }
  return problems;
}

function joinProblems<Data extends object>(
  definition: WorkflowDefinition<Data>,
  name: string,
  step: Step<Data>,
): string[] {
  if (typeof step.join === "string") {
    return ["all", "any"].includes(step.join)
      ? []
      : [`Step '${name}': join must be "all", "any" or { count }`];
  }
  const { count } = step.join;
  const incoming = definition.structure.edges.filter((edge) => edge.target === name).length;
  if (!Number.isInteger(count) || count < 1) {
    return [`Step '${name}': join.count must be a whole number of 1 or more`];
  }
  return count > incoming
    ? [`Step '${name}': join.count is ${count}, and ${incoming} edges lead to it`]
    : [];
}
