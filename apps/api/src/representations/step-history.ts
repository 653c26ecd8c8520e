import type { ExecutionDetail } from "@drover/db";
import { isJsonObject, type JsonObject, type JsonValue } from "@drover/engine";
import type { StepExecutionDto } from "../schemas/instance.ts";

/** @param executions ended ones in the order of their sequence, then live ones */
export function stepHistory(executions: readonly ExecutionDetail[]): StepExecutionDto[] {
  const lastWriters = new Map<string, number>();
  return executions.map((execution) => {
    const overwrote = overwrittenKeys(execution, lastWriters);
    for (const key of Object.keys(execution.contextChanges ?? {})) {
      if (execution.sequence !== null) lastWriters.set(key, execution.sequence);
    }
    return {
      id: execution.id,
      step_name: execution.stepName,
      step_type: execution.stepType,
      status: execution.status,
      attempt: execution.attempt,
      started_at: execution.startedAt?.toISOString() ?? null,
      completed_at: execution.completedAt?.toISOString() ?? null,
      error: execution.error,
      output_data: outputData(execution.outputData),
      context_changes: execution.contextChanges ?? {},
      assigned_to: execution.assignedTo,
      completed_by: execution.completedBy,
      overwrote,
    };
  });
}

/**
 * Keys that this execution wrote without having seen what another one had written meanwhile.
 * @param lastWriters for each key the sequence of the execution that wrote it last before
 */
function overwrittenKeys(
  { sequence, contextSequence, contextChanges }: ExecutionDetail,
  lastWriters: ReadonlyMap<string, number>,
): string[] {
  if (sequence === null || contextSequence === null) return [];
  return Object.keys(contextChanges ?? {}).filter(
    (key) => (lastWriters.get(key) ?? 0) > contextSequence,
  );
}

/** The documents' form: an object as it is, anything else wrapped, null when there is none. */
function outputData(result: JsonValue | null): JsonObject | null {
  if (result === null) return null;
  return isJsonObject(result) ? result : { result };
}
