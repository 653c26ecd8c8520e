import { StepGroup } from "./step-group.ts";
import { MapGroup } from "./groups.ts";
import { said } from "./said.ts";
import type { Step } from "./step.ts";
import { unknownOptions } from "./unknown-options.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

/** What is wrong with groups and with joins that count, in words. */
export function groupProblems<Data extends object>(definition: WorkflowDefinition<Data>): string[] {
  const { structure } = definition;
  return [
    ...definition.duplicateSteps
      .filter((name) => name !== "")
      .map((name) => `Step name '${name}' is used more than once`),
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
  const rule: unknown = step.join;
  if (rule === "all") return [];
  const group = definition.structure.steps.find((known) => known.name === name)?.memberOf;
  if (group !== undefined) {
    return [`Step '${name}': join has no meaning inside of group '${group}', where no edges meet`];
  }
  if (rule === "any") return [];
  if (typeof rule !== "object" || rule === null) {
    return [`Step '${name}': join must be "all", "any" or { count }`];
  }
  return countProblems(rule, edgesTo(definition, name)).map(
    (problem) => `Step '${name}': ${problem}`,
  );
}

function countProblems(rule: object, incoming: number): string[] {
  const count: unknown = Reflect.get(rule, "count");
  const cancelOthers: unknown = Reflect.get(rule, "cancelOthers");
  const problems = unknownOptions(rule, ["count", "cancelOthers"]).map(
    (problem) => `join: ${problem}`,
  );
  if (cancelOthers !== undefined && typeof cancelOthers !== "boolean") {
    problems.push(`join.cancelOthers must be true or false, got ${said(cancelOthers)}`);
  }
  if (typeof count !== "number" || !Number.isInteger(count) || count < 1) {
    problems.push("join.count must be a whole number of 1 or more");
  } else if (count > incoming) {
    problems.push(`join.count is ${count}, and ${incoming} edges lead to it`);
  }
  return problems;
}

function edgesTo<Data extends object>(definition: WorkflowDefinition<Data>, name: string): number {
  return definition.structure.edges.filter((edge) => edge.target === name).length;
}
