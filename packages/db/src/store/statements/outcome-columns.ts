import type { ExecutionChange, JsonValue } from "@drover/engine";

/** A result as its column: no result is no value at all. */
export function wrapped(result: JsonValue): { readonly v: JsonValue } | null {
  return result === null ? null : { v: result };
}

/** What has become of an execution as its columns, whichever statement writes it. */
export function outcomeColumns(execution: ExecutionChange) {
  return {
    status: execution.status,
    sequence: execution.sequence,
    output_data: wrapped(execution.result),
    error: execution.error?.message ?? null,
    error_details: execution.error,
    context_changes: execution.contextChanges,
    completed_at: execution.endedAt,
  };
}
