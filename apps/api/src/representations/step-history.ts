import type { ExecutionDetail } from "@drover/db";
import { CALLBACK_INDEX, isJsonObject, type JsonObject, type JsonValue } from "@drover/engine";
import type { StepExecutionDto } from "../schemas/instance.ts";

/**
 * @param executions ended ones in the order of their sequence, then live ones
 * @param writersBefore for each key the sequence of the execution before these that set it last
 */
export function stepHistory(
  executions: readonly ExecutionDetail[],
  writersBefore: ReadonlyMap<string, number> = new Map(),
): StepExecutionDto[] {
  const lastWriters = new Map(writersBefore);
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
      lost_attempts: execution.lostAttempts,
      created_at: execution.createdAt.toISOString(),
      started_at: execution.startedAt?.toISOString() ?? null,
      completed_at: execution.completedAt?.toISOString() ?? null,
      error: execution.error,
      error_details: execution.errorDetails,
      attempts: execution.failedAttempts.map(failedAttempt),
      waiting_for: execution.wait?.kind ?? null,
      group_id: execution.groupId,
      index: indexOf(execution),
      ...(execution.isItem ? { item: execution.item } : {}),
      undoes: execution.undoes,
      output_data: outputData(execution.outputData),
      context_changes: execution.contextChanges ?? {},
      assigned_to: execution.assignedTo,
      completed_by: execution.completedBy,
      overwrote,
    };
  });
}

function failedAttempt(
  { error, startedAt, endedAt }: ExecutionDetail["failedAttempts"][number],
  before: number,
) {
  return {
    number: before + 1,
    error_type: error.type,
    error: error.message,
    error_details: error,
    started_at: startedAt?.toISOString() ?? null,
    ended_at: endedAt.toISOString(),
  };
}

/** The callback of a group has no place among its members. */
function indexOf({ memberIndex }: ExecutionDetail): number | null {
  return memberIndex === CALLBACK_INDEX ? null : memberIndex;
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
