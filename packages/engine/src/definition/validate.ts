import semver from "semver";
import { errorText } from "../errors.ts";
import { toJson } from "../json.ts";
import { toMilliseconds } from "./duration.ts";
import { Gateway, ParallelGateway } from "./gateway.ts";
import { groupProblems } from "./group-problems.ts";
import { HumanStep } from "./human-step.ts";
import { LONGEST_NAME, STEP_NAME, WORKFLOW_NAME } from "./names.ts";
import { optionProblems } from "./option-problems.ts";
import { policyProblems } from "./policy-problems.ts";
import { said } from "./said.ts";
import { waitingProblems } from "./waiting-problems.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

/** Any workflow, whatever its data. */
type AnyDefinition<Data extends object> = WorkflowDefinition<Data>;

/** Everything that keeps a definition from being registered, in words; empty when it is right. */
export function validateDefinition<Data extends object>(definition: AnyDefinition<Data>): string[] {
  return [
    ...nameProblems(definition),
    ...endProblems(definition),
    ...edgeProblems(definition),
    ...reachabilityProblems(definition),
    ...stepProblems(definition),
    ...groupProblems(definition),
    ...deadlineProblems(definition),
    ...definition.unknownOptions,
    ...(["complete", "fail"].includes(definition.onNoMatch)
      ? []
      : [`onNoMatch must be "complete" or "fail", got ${said(definition.onNoMatch)}`]),
    ...(definition.input.problem === null ? [] : [definition.input.problem]),
  ];
}

/**
 * Where a branch may end although nobody said so: allowed, and worth a look. With
 * `onNoMatch: "fail"` somebody has said so.
 */
export function warningsOf<Data extends object>(definition: AnyDefinition<Data>): string[] {
  const { structure } = definition;
  if (structure.onNoMatch === "fail") return [];
  return structure.steps
    .filter((step) => !definition.terminalSteps.has(step.name))
    .filter((step) => {
      const outgoing = structure.edges.filter((edge) => edge.source === step.name);
      return outgoing.length > 0 && outgoing.every((edge) => edge.condition !== null);
    })
    .map((step) => `Step '${step.name}' ends its branch when none of its edges matches`);
}

function nameProblems<Data extends object>(definition: AnyDefinition<Data>): string[] {
  const problems: string[] = [];
  const given: unknown = definition.name;
  if (typeof given !== "string" || !WORKFLOW_NAME.test(given) || given.length > LONGEST_NAME) {
    problems.push(
      `Workflow name '${said(given)}' must be 1 to ${LONGEST_NAME} letters, digits, '_', '-' or '.'`,
    );
  }
  if (semver.valid(definition.version) === null || definition.version.length > 50) {
    problems.push(`Version '${said(definition.version)}' is not a semantic version like 1.0.0`);
  }
  for (const name of definition.steps.keys()) {
    if (name === "") {
      const group = definition.structure.steps.find((step) => step.name === name)?.memberOf;
      const where = group === undefined ? "" : ` of group '${group}'`;
      problems.push(`A step in the list${where} has no name: give it a name or use an object`);
    } else if (!STEP_NAME.test(name) || name.length > LONGEST_NAME) {
      problems.push(
        `Step name '${name}' must be 1 to ${LONGEST_NAME} letters, digits, '_' or '-', not starting with a digit`,
      );
    }
  }
  return problems;
}

function endProblems<Data extends object>(definition: AnyDefinition<Data>): string[] {
  const problems: string[] = [];
  if (!definition.steps.has(definition.initialStep)) {
    problems.push(`Initial step '${said(definition.initialStep)}' not found in steps`);
  }
  for (const name of definition.terminalSteps) {
    if (!definition.steps.has(name)) problems.push(`Terminal step '${name}' not found in steps`);
  }
  return problems;
}

function edgeProblems<Data extends object>(definition: AnyDefinition<Data>): string[] {
  return definition.edges.flatMap((edge, index) => {
    const problems: string[] = [];
    const source = edge.getSourceName();
    const target = edge.getTargetName();
    if (!definition.steps.has(source)) {
      problems.push(`Edge ${index}: source step '${source}' not found`);
    }
    if (!definition.steps.has(target)) {
      problems.push(`Edge ${index}: target step '${target}' not found`);
    }
    const problem = edge.conditionProblem();
    if (problem !== null) problems.push(`Edge ${index}: condition cannot be read: ${problem}`);
    return problems;
  });
}

function reachabilityProblems<Data extends object>(definition: AnyDefinition<Data>): string[] {
  if (!definition.steps.has(definition.initialStep)) return [];
  const reached = new Set([definition.initialStep]);
  // A Set can be extended while it is walked: the loop ends when nothing new is found.
  for (const step of reached) {
    for (const edge of definition.structure.edges) {
      if (edge.source === step) reached.add(edge.target);
    }
  }
  return definition.structure.steps
    .filter((step) => step.memberOf === undefined)
    .map((step) => step.name)
    .filter((name) => !reached.has(name) && !definition.terminalSteps.has(name))
    .map((name) => `Step '${name}' is unreachable from initial step`);
}

function stepProblems<Data extends object>(definition: AnyDefinition<Data>): string[] {
  const problems: string[] = [];
  for (const [name, step] of definition.steps) {
    const targets = definition.structure.edges
      .filter((edge) => edge.source === name)
      .map((edge) => edge.target);
    if (step instanceof Gateway && targets.length === 0 && !definition.terminalSteps.has(name)) {
      problems.push(`Gateway '${name}' has no outgoing edges`);
    }
    if (step instanceof ParallelGateway) problems.push(...branchProblems(name, step, targets));
    problems.push(...policyProblems(name, step));
    problems.push(...optionProblems(name, step), ...waitingProblems(name, step, targets));
    if (step instanceof HumanStep) problems.push(...formProblems(name, step.formSchema));
  }
  return problems;
}

function branchProblems<Data extends object>(
  name: string,
  step: ParallelGateway<Data>,
  targets: readonly string[],
): string[] {
  const branches: unknown = step.branches ?? [];
  if (!Array.isArray(branches)) {
    return [`Gateway '${name}': branches must be a list of names, got ${said(branches)}`];
  }
  return branches
    .filter((branch) => !targets.includes(branch))
    .map((branch) => `Gateway '${name}': there is no edge to its branch '${said(branch)}'`);
}

function deadlineProblems<Data extends object>({ deadline }: AnyDefinition<Data>): string[] {
  if (deadline === null) return [];
  try {
    return toMilliseconds(deadline) > 0 ? [] : ["The deadline must be longer than nothing"];
  } catch (error) {
    return [`The deadline cannot be read: ${errorText(error)}`];
  }
}

function formProblems(name: string, formSchema: unknown): string[] {
  try {
    toJson(formSchema, `form schema of step '${name}'`);
    return [];
  } catch (error) {
    return [errorText(error)];
  }
}
