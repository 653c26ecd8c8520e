import type { StepStatus } from "../status.ts";
import type { WorkflowEvent } from "./events.ts";

/** What moves a step execution: an event, or a store that hands it to a worker or takes it back. */
export type StepMover = WorkflowEvent["type"] | "start" | "claim" | "recovery";

export interface StepTransition {
  /** Null: the execution is new. */
  readonly from: StepStatus | null;
  readonly to: StepStatus;
  /** Why, in a few words. */
  readonly why: string;
  readonly by: readonly StepMover[];
}

/** What ends a step's code, so that its branch goes on. */
const ENDS = ["step.succeeded", "step.skipped", "step.failed"] as const;

/** What takes a token away before its time. */
const CUTS = [...ENDS, "step.skip-requested", "instance.canceled", "deadline.passed"] as const;

/**
 * Which status of a step execution may follow which, and by what. It says what `apply` and the
 * stores do, and tests hold it to that: nothing else happens, and everything here does.
 */
export const STEP_TRANSITIONS = [
  { from: null, to: "scheduled", why: "the instance starts", by: ["start"] },
  {
    from: null,
    to: "scheduled",
    why: "arrives",
    by: [
      ...ENDS,
      "step.waiting",
      "step.scheduled",
      "instance.resumed",
      "instance.retried",
      "deadline.passed",
    ],
  },
  {
    from: null,
    to: "pending",
    why: "arrives at a join, before its turn, in a pause",
    by: [...ENDS, "step.waiting", "step.scheduled", "instance.retried", "deadline.passed"],
  },
  { from: null, to: "running", why: "goes on inline", by: [...ENDS, "timer.taken"] },
  { from: null, to: "waiting", why: "is to start later", by: ["step.scheduled"] },
  {
    from: "pending",
    to: "pending",
    why: "another arrives; skip asked for in a pause",
    by: [...ENDS, "step.skip-requested"],
  },
  {
    from: "pending",
    to: "scheduled",
    why: "the join starts, its turn comes, the pause ends",
    by: [...ENDS, "instance.resumed"],
  },
  { from: "scheduled", to: "running", why: "a worker claims it", by: ["claim"] },
  { from: "scheduled", to: "pending", why: "the instance is paused", by: ["instance.paused"] },
  { from: "scheduled", to: "scheduled", why: "skip asked for", by: ["step.skip-requested"] },
  { from: "running", to: "scheduled", why: "its worker is lost or leaves", by: ["recovery"] },
  {
    from: "running",
    to: "scheduled",
    why: "tries again at once, has what it waits for, skip asked for",
    by: ["step.retrying", "step.waiting", "step.skip-requested"],
  },
  {
    from: "running",
    to: "pending",
    why: "the same in a pause",
    by: ["step.retrying", "step.waiting", "step.skip-requested"],
  },
  {
    from: "running",
    to: "waiting",
    why: "waits for something, or for its next try",
    by: ["step.waiting", "step.retrying"],
  },
  { from: "running", to: "succeeded", why: "its code has returned", by: ["step.succeeded"] },
  { from: "running", to: "failed", why: "its code has failed for good", by: ["step.failed"] },
  { from: "running", to: "skipped", why: "is left out", by: ["step.skipped"] },
  {
    from: "waiting",
    to: "waiting",
    why: "a task is reassigned, a member has ended",
    by: [...ENDS, "task.reassigned"],
  },
  {
    from: "waiting",
    to: "scheduled",
    why: "what it waits for comes; skip asked for",
    by: [
      ...ENDS,
      "task.completed",
      "timer.fired",
      "callback.received",
      "signal.received",
      "child.ended",
      "step.skip-requested",
    ],
  },
  {
    from: "waiting",
    to: "running",
    why: "the worker that set its timer takes it",
    by: ["timer.taken"],
  },
  {
    from: "waiting",
    to: "succeeded",
    why: "the same, and it has no code",
    by: ["timer.taken"],
  },
  {
    from: "waiting",
    to: "pending",
    why: "the same in a pause",
    by: [
      ...ENDS,
      "task.completed",
      "timer.fired",
      "callback.received",
      "signal.received",
      "child.ended",
      "step.skip-requested",
    ],
  },
  ...(["pending", "running", "waiting"] as const).map((from) => ({
    from,
    to: "canceled" as const,
    why: "the flow goes on or ends without it",
    by: [...CUTS, "instance.resumed" as const],
  })),
  // Where an instance is resumed nothing is scheduled: it was paused.
  { from: "scheduled", to: "canceled", why: "the flow goes on or ends without it", by: CUTS },
] as const satisfies readonly StepTransition[];
