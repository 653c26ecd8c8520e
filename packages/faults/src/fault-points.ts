/*
 * Places on the way of the work where a test can let a real process die or freeze. Each lies before
 * or after something that others can see: a commit, a claim, a word to the queue.
 */

/** Every place there is, in the order in which work comes past them. */
export const FAULT_POINTS = [
  // Instances are started.
  "before-start-commit",
  "after-start-commit",
  // An idle worker hears that the first step of an instance is its own.
  "first-step-given",
  // A step is claimed, runs and ends; after its code and before its commit lies `before-commit`.
  "before-claim",
  "after-claim",
  "before-commit",
  "after-commit",
  // What follows is handed to the queue.
  "before-enqueue",
  "after-enqueue",
  "before-set-timers",
  "after-set-timers",
  // Something from outside moves an instance.
  "before-timer-commit",
  "after-timer-commit",
  "before-task-commit",
  "after-task-commit",
  "before-callback-commit",
  "after-callback-commit",
  "before-signal-commit",
  "after-signal-commit",
  "before-steering-commit",
  "after-steering-commit",
  // What one instance tells another.
  "before-message-commit",
  "after-message-commit",
  "before-message-removal",
  "after-message-removal",
  // A worker's duties. After those that take something over only where there was something.
  "before-heartbeat",
  "after-heartbeat",
  "before-recovery",
  "after-recovery",
  "before-sweep",
  "after-sweep",
  "before-release",
  "after-release",
  "before-queue-is-intact",
  "after-queue-is-intact",
  // A worker goes.
  "drain-begun",
  "before-farewell",
  "after-farewell",
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

/**
 * What happens there: the process ends as by `kill -9`, is frozen as by SIGSTOP until somebody sends
 * it SIGCONT, or stands still for a while.
 */
export type FaultAction =
  | { readonly kind: "crash" }
  | { readonly kind: "freeze" }
  | { readonly kind: "stall"; readonly milliseconds: number };

/** A fault that is to happen when the process comes past a point for the n-th time. */
export interface PlannedFault {
  readonly point: FaultPoint;
  readonly action: FaultAction;
  /** From 1. */
  readonly pass: number;
}
