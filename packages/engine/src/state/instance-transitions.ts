import type { WorkflowStatus } from "../status.ts";
import type { WorkflowEvent } from "./events.ts";

export interface InstanceTransition {
  /** Null: the instance is new. */
  readonly from: WorkflowStatus | null;
  readonly to: WorkflowStatus;
  /** Why, in a few words. */
  readonly why: string;
  readonly by: readonly (WorkflowEvent["type"] | "start")[];
}

/** What ends a step's code, so that its branch goes on. */
const ENDS = ["step.succeeded", "step.skipped", "step.failed"] as const;

/** Which status of an instance may follow which, and by what; tests hold it to that, as with steps. */
export const INSTANCE_TRANSITIONS = [
  { from: null, to: "running", why: "starts", by: ["start"] },
  {
    from: "running",
    to: "waiting",
    why: "nothing is left but waits",
    by: [...ENDS, "step.retrying", "step.waiting"],
  },
  {
    from: "waiting",
    to: "running",
    why: "what it waits for comes",
    by: [
      "task.completed",
      "timer.fired",
      "timer.taken",
      "callback.received",
      "signal.received",
      "child.ended",
      "step.scheduled",
      "step.skip-requested",
      "deadline.passed",
    ],
  },
  { from: "running", to: "completed", why: "all has ended", by: ENDS },
  {
    from: "running",
    to: "failed",
    why: "a step or the deadline fails it, and all is undone",
    by: [...ENDS, "deadline.passed"],
  },
  { from: "waiting", to: "failed", why: "its deadline passes", by: ["deadline.passed"] },
  { from: "running", to: "paused", why: "is paused", by: ["instance.paused"] },
  { from: "waiting", to: "paused", why: "is paused", by: ["instance.paused"] },
  { from: "paused", to: "running", why: "is resumed", by: ["instance.resumed"] },
  { from: "paused", to: "waiting", why: "is resumed", by: ["instance.resumed"] },
  { from: "paused", to: "completed", why: "the last running step ends", by: ENDS },
  {
    from: "paused",
    to: "failed",
    why: "a running step or the deadline fails it",
    by: [...ENDS, "deadline.passed"],
  },
  ...(["running", "waiting", "paused"] as const).map((from) => ({
    from,
    to: "canceled" as const,
    why: "is canceled",
    by: ["instance.canceled" as const],
  })),
  { from: "failed", to: "running", why: "is retried", by: ["instance.retried"] },
] as const satisfies readonly InstanceTransition[];
