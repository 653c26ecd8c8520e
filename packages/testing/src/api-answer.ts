import type { JsonObject, JsonValue, StepStatus, StepType, WorkflowStatus } from "@drover/engine";

/** The answer to `GET /workflows/instances/{id}`, as far as a recording is made of it. */
export interface ApiInstance {
  readonly definition_name: string;
  readonly definition_version: string;
  readonly status: WorkflowStatus;
  readonly started_at: string;
  readonly completed_at: string | null;
  readonly context_data: JsonObject;
  readonly error: string | null;
  readonly input_data?: JsonObject;
  readonly output?: JsonValue;
  /** How many executions there are; the history of a detail has the first 500 of them. */
  readonly step_count?: number;
  readonly step_history: readonly ApiExecution[];
}

export interface ApiExecution {
  readonly step_name: string;
  readonly step_type: StepType;
  readonly status: StepStatus;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly error: string | null;
  readonly error_details?: { readonly type: string; readonly message: string } | null;
  readonly output_data: JsonObject | null;
  readonly context_changes: JsonObject;
  readonly completed_by: string | null;
  /** Its place in its group. */
  readonly index?: number | null;
  readonly undoes?: string | null;
}

/** A result as the step returned it: the API wraps what is no object. */
export function unwrapped(output: JsonObject | null): JsonValue {
  if (output === null) return null;
  const { result } = output;
  const isWrapped = Object.keys(output).length === 1 && result !== undefined;
  const isObject = typeof result === "object" && result !== null && !Array.isArray(result);
  return isWrapped && !isObject ? result : output;
}
