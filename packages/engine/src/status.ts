/** The eight states of a step execution. */
export const STEP_STATUSES = [
  "pending",
  "scheduled",
  "running",
  "waiting",
  "succeeded",
  "failed",
  "canceled",
  "skipped",
] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

/**
 * A live step execution is a token of its instance:
 * - `pending` must not start yet: it waits at a join, for its turn, or for a pause to end,
 * - `scheduled` is ready, to be claimed by a worker,
 * - `running` is claimed by one worker,
 * - `waiting` waits for a person, a callback, a timer, a signal, another workflow or its members.
 */
export const LIVE_STEP_STATUSES = ["pending", "scheduled", "running", "waiting"] as const;
export type LiveStepStatus = (typeof LIVE_STEP_STATUSES)[number];
export type EndedStepStatus = Exclude<StepStatus, LiveStepStatus>;

/** The seven states of an instance. */
export const WORKFLOW_STATUSES = [
  "pending",
  "running",
  "paused",
  "waiting",
  "completed",
  "failed",
  "canceled",
] as const;
export type WorkflowStatus = (typeof WORKFLOW_STATUSES)[number];

export const TERMINAL_WORKFLOW_STATUSES = ["completed", "failed", "canceled"] as const;
export type TerminalWorkflowStatus = (typeof TERMINAL_WORKFLOW_STATUSES)[number];

export const TASK_STATUSES = ["pending", "completed", "canceled"] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** The documents' five, and three of ours: groups of steps, signals, workflows inside workflows. */
export const STEP_TYPES = [
  "machine",
  "human",
  "webhook",
  "timer",
  "gateway",
  "group",
  "signal",
  "workflow",
] as const;
export type StepType = (typeof STEP_TYPES)[number];

export function isTerminal(status: WorkflowStatus): status is TerminalWorkflowStatus {
  return (TERMINAL_WORKFLOW_STATUSES as readonly WorkflowStatus[]).includes(status);
}

export function isLive(status: StepStatus): status is LiveStepStatus {
  return (LIVE_STEP_STATUSES as readonly StepStatus[]).includes(status);
}
