import { WorkflowsError } from "@drover/engine";

/** The queue did not take what it was given, or not in time. Harmless: rows in Postgres say the same. */
export class QueueUnavailableError extends WorkflowsError {
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super("QUEUE_UNAVAILABLE", `The queue cannot be reached: ${reason}`, { cause });
  }
}
