import type { ExecutionChange } from "@drover/engine";

/** What has become of an execution as its columns, whichever statement writes it. */
export function outcomeColumns(execution: ExecutionChange) {
  return {
    status: execution.status,
    sequence: execution.sequence,
    output_data: execution.result === null ? null : { v: execution.result },
    error: execution.error?.message ?? null,
    error_details: execution.error,
    context_changes: execution.contextChanges,
    completed_at: execution.endedAt,
  };
}
