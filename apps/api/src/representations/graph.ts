import type { ExecutionDetail, InstanceDetail } from "@drover/db";
import {
  graphToJson,
  type MermaidState,
  type StepStatus,
  toMermaid,
  toMermaidWithState,
  type WorkflowStructure,
} from "@drover/engine";
import { UnknownGraphFormatError } from "../errors.ts";
import type { GraphDto } from "../schemas/definition.ts";

/**
 * @param format `mermaid` or `json`
 * @throws UnknownGraphFormatError
 */
export function graphDto(structure: WorkflowStructure, format: string): GraphDto {
  return graph(structure, format, () => toMermaid(structure));
}

/** The graph with what the instance did and where it stands painted onto its steps. */
export function instanceGraphDto(
  structure: WorkflowStructure,
  instance: InstanceDetail,
  format: string,
): GraphDto {
  return graph(structure, format, () =>
    toMermaidWithState(structure, paintedSteps(instance.executions)),
  );
}

function graph(structure: WorkflowStructure, format: string, source: () => string): GraphDto {
  if (format !== "mermaid" && format !== "json") throw new UnknownGraphFormatError(format);
  const { nodes, edges } = graphToJson(structure);
  return {
    mermaid_source: format === "mermaid" ? source() : "",
    nodes: [...nodes],
    edges: [...edges],
  };
}

/** Which of the runs that belong together a reader wants to see: the foremost comes first. */
const FOREMOST: readonly StepStatus[] = [
  "running",
  "scheduled",
  "waiting",
  "failed",
  "succeeded",
  "skipped",
  "canceled",
];

/**
 * Of a step that ran several times the last run counts, and one that is live more than any that
 * has ended; of a member of a map, which runs once for every item, the foremost of its runs in the
 * group's last round. A step that waits is a current one too, as the documents paint it.
 */
function paintedSteps(executions: readonly ExecutionDetail[]): MermaidState {
  const started = executions.filter(({ status }) => status !== "pending");
  const rounds = roundsOf(executions);
  const lastRound = new Map(started.map(({ id, stepName }) => [stepName, rounds.get(id)]));
  const shown = new Map<string, StepStatus>();
  for (const { id, stepName, status } of started) {
    if (rounds.get(id) !== lastRound.get(stepName)) continue;
    const before = shown.get(stepName);
    const isForemost = before === undefined || FOREMOST.indexOf(status) <= FOREMOST.indexOf(before);
    if (isForemost) shown.set(stepName, status);
  }
  const stepsThatAre = (...statuses: StepStatus[]) =>
    [...shown].filter(([, status]) => statuses.includes(status)).map(([step]) => step);
  return {
    completedSteps: stepsThatAre("succeeded"),
    failedSteps: stepsThatAre("failed"),
    skippedSteps: stepsThatAre("skipped"),
    waitingSteps: stepsThatAre("waiting"),
    currentSteps: stepsThatAre("scheduled", "running", "waiting"),
  };
}

/** For each execution the outermost group's execution around it, or itself outside of groups. */
function roundsOf(executions: readonly ExecutionDetail[]): ReadonlyMap<string, string> {
  const around = new Map<string, string | null>(executions.map(({ id, groupId }) => [id, groupId]));
  return new Map(
    executions.map(({ id }) => {
      let outermost: string = id;
      for (let group = around.get(id); group; group = around.get(group)) outermost = group;
      return [id, outermost];
    }),
  );
}
