/** What the API sends, as far as these tests read it: written down anew, as any client would. */

export type Json = Readonly<Record<string, unknown>>;

export interface Instance {
  readonly id: string;
  readonly definition_name: string;
  readonly definition_version: string;
  readonly status: string;
  readonly current_step: string | null;
  readonly started_at: string;
  readonly completed_at: string | null;
}

export interface InstanceDetail extends Instance {
  readonly context_data: Json;
  readonly metadata: Json;
  readonly step_history: readonly StepExecution[];
  readonly error: string | null;
  readonly blocked: string | null;
  readonly output: unknown;
  readonly parent: { readonly instance_id: string; readonly execution_id: string } | null;
  readonly children: readonly {
    readonly instance_id: string;
    readonly definition_name: string;
    readonly status: string;
    readonly step_name: string;
  }[];
  readonly signals: readonly { readonly name: string; readonly taken_at: string | null }[];
}

export interface BulkResult {
  readonly matched: number;
  readonly processed: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly errors: readonly Json[];
  readonly has_more: boolean;
  readonly instance_ids: readonly string[];
}

interface StepExecution {
  readonly id: string;
  readonly step_name: string;
  readonly step_type: string;
  readonly status: string;
  readonly attempt: number;
  readonly lost_attempts: number;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly output_data: Json | null;
  readonly error: string | null;
  readonly error_details: { readonly type: string; readonly message: string } | null;
  readonly attempts: readonly { readonly number: number; readonly error: string }[];
  readonly waiting_for: string | null;
  readonly assigned_to: string | null;
  readonly completed_by: string | null;
}

export interface Task {
  readonly id: string;
  readonly instance_id: string;
  readonly step_name: string;
  readonly title: string;
  readonly description: string | null;
  readonly assignee: string | null;
  readonly assignee_group: string | null;
  readonly due_date: string | null;
  readonly reminder_date: string | null;
  readonly created_at: string;
  readonly status: string;
  readonly completed_by: string | null;
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

export interface Queues {
  readonly queues: readonly { readonly counts: Readonly<Record<string, number>> | null }[];
  readonly workers: readonly {
    readonly pid: number;
    readonly draining: boolean;
    readonly last_heartbeat_at: string;
    readonly definitions: number | null;
  }[];
  readonly unattended_definitions: readonly {
    readonly definition_name: string;
    readonly definition_version: string;
    readonly scheduled_steps: number;
    readonly instances: number;
    readonly since: string;
  }[];
}

/** The history in short: `manager_approval succeeded`, in the order in which steps ended. */
export function history(instance: InstanceDetail): string[] {
  return instance.step_history.map((step) => `${step.step_name} ${step.status}`);
}
