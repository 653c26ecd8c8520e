/** Why running code is told to stop. */
export class StepAbortedError extends Error {
  readonly code = "STEP_ABORTED";
}

/** Tells steps apart whose code runs: an execution may run again while its last attempt still does. */
export function executionKey(execution: {
  readonly executionId: string;
  readonly attempt: number;
}): string {
  return `${execution.executionId}.${execution.attempt}`;
}
