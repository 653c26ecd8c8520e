import type { FaultPoint } from "@drover/faults";

/*
 * What is expected when a process dies at each fault point. The workflows stand in
 * tests/support/workflows/pointed-work.ts.
 */

/** How a worker comes to its fault. */
type Scene =
  /** It takes up what is started. */
  | "work"
  /** It has not yet anything to do. */
  | "idle"
  /** Another worker has died before and has left something behind. */
  | "orphan"
  /** It is told to go while a step is in the middle of its work. */
  | "drain";

export interface Crash {
  /** As FAULT_POINTS says them. */
  readonly faults: string;
  readonly scene: Scene;
  readonly workflow: string;
  /** The steps that have to succeed, each as often as it is named. */
  readonly steps: readonly string[];
  /** The machine steps that need a second attempt; null where it is up to chance which, one at the most. */
  readonly attemptedTwice: readonly string[] | null;
  /** The machine steps whose code has come to its end twice; null where that is up to chance. */
  readonly doneTwice: readonly string[] | null;
  /** What has killed the worker before. */
  readonly left?: string;
  /** Milliseconds of a step. */
  readonly takes?: number;
  /** Whether the first step comes over the queue, as it does while no worker is idle. */
  readonly isQueued?: boolean;
}

interface Freeze extends Crash {
  readonly attemptedTwice: readonly string[];
  /** Whether it comes to a commit afterwards that is too late. */
  readonly isFenced: boolean;
}

const FORK = {
  scene: "work",
  workflow: "pointed_fork",
  steps: ["split", "left", "right", "gather"],
} as const;
/** Its first step is claimed. */
const QUEUED_FORK = { ...FORK, isQueued: true } as const;
/** Its steps take so long that the worker hands over what it schedules instead of keeping it. */
const SLOW_FORK = { ...FORK, takes: 500 } as const;
const TIMER = {
  scene: "work",
  workflow: "pointed_timer",
  steps: ["first", "rest", "last"],
} as const;
const NESTED = {
  scene: "work",
  workflow: "pointed_nested",
  steps: ["inside", "inner", "last"],
} as const;
const CHAIN = { scene: "work", workflow: "pointed_chain", steps: ["one", "two", "three"] } as const;
const DRAIN = { ...CHAIN, scene: "drain", takes: 3_000 } as const;

const NONE_TWICE = { attemptedTwice: [], doneTwice: [] } as const;
const CHANCE = { attemptedTwice: null, doneTwice: null } as const;

export const WORKER_CRASHES: readonly Crash[] = [
  // Its own since it was written, and not begun.
  { ...FORK, faults: "first-step-given=crash", attemptedTwice: ["split"], doneTwice: [] },
  { ...QUEUED_FORK, faults: "before-claim=crash", ...NONE_TWICE },
  // Claimed and not begun: nobody has done anything, and yet the attempt is used up.
  { ...QUEUED_FORK, faults: "after-claim=crash", attemptedTwice: ["split"], doneTwice: [] },
  // Done and not written down: the code runs once more, under the same idempotency key.
  { ...FORK, faults: "before-commit=crash", attemptedTwice: ["split"], doneTwice: ["split"] },
  // Written down and told to nobody: the sweeper finds the branches.
  { ...FORK, faults: "after-commit=crash", ...NONE_TWICE },
  { ...SLOW_FORK, faults: "before-enqueue=crash", ...NONE_TWICE },
  { ...SLOW_FORK, faults: "after-enqueue=crash", ...NONE_TWICE },
  // It had kept both branches for itself and is at the claim of one of them.
  { ...QUEUED_FORK, faults: "before-claim=crash@2", ...NONE_TWICE },
  // In the middle of a branch that is carried on inline: the second step is claimed with the commit.
  { ...CHAIN, faults: "after-commit=crash", attemptedTwice: ["two"], doneTwice: [] },
  { ...CHAIN, faults: "before-commit=crash@2", attemptedTwice: ["two"], doneTwice: ["two"] },
  { ...TIMER, faults: "before-set-timers=crash", ...NONE_TWICE },
  { ...TIMER, faults: "after-set-timers=crash", ...NONE_TWICE },
  { ...TIMER, faults: "before-timer-commit=crash", ...NONE_TWICE },
  // The step behind the timer was taken ahead and not begun: as after a claim.
  { ...TIMER, faults: "after-timer-commit=crash", attemptedTwice: ["last"], doneTwice: [] },
  { ...NESTED, faults: "before-message-commit=crash", ...NONE_TWICE },
  { ...NESTED, faults: "after-message-commit=crash", ...NONE_TWICE },
  { ...NESTED, faults: "before-message-removal=crash", ...NONE_TWICE },
  { ...NESTED, faults: "after-message-removal=crash", ...NONE_TWICE },
  { ...CHAIN, faults: "before-heartbeat=crash@10", takes: 2_000, ...CHANCE },
  { ...CHAIN, faults: "after-heartbeat=crash@10", takes: 2_000, ...CHANCE },
  { ...CHAIN, faults: "before-release=crash@10", takes: 2_000, ...CHANCE },
  {
    ...QUEUED_FORK,
    scene: "orphan",
    left: "after-claim=crash",
    faults: "before-recovery=crash",
    attemptedTwice: ["split"],
    doneTwice: [],
  },
  {
    ...QUEUED_FORK,
    scene: "orphan",
    left: "after-claim=crash",
    faults: "after-recovery=crash",
    attemptedTwice: ["split"],
    doneTwice: [],
  },
  {
    ...SLOW_FORK,
    scene: "orphan",
    left: "before-enqueue=crash",
    faults: "before-sweep=crash",
    ...NONE_TWICE,
  },
  {
    ...SLOW_FORK,
    scene: "orphan",
    left: "before-enqueue=crash",
    faults: "after-sweep=crash",
    ...NONE_TWICE,
  },
  { ...CHAIN, scene: "idle", faults: "before-queue-is-intact=crash", ...NONE_TWICE },
  { ...CHAIN, scene: "idle", faults: "after-queue-is-intact=crash", ...NONE_TWICE },
  { ...DRAIN, faults: "drain-begun=crash", attemptedTwice: ["one"], doneTwice: [] },
  { ...DRAIN, faults: "after-release=crash", attemptedTwice: ["one"], doneTwice: [] },
  { ...DRAIN, faults: "before-farewell=crash", attemptedTwice: ["one"], doneTwice: [] },
  { ...DRAIN, faults: "after-farewell=crash", attemptedTwice: ["one"], doneTwice: [] },
];

export const WORKER_FREEZES: readonly Freeze[] = [
  {
    ...FORK,
    faults: "first-step-given=freeze",
    attemptedTwice: ["split"],
    doneTwice: null,
    isFenced: true,
  },
  { ...QUEUED_FORK, faults: "before-claim=freeze", ...NONE_TWICE, isFenced: false },
  {
    ...QUEUED_FORK,
    faults: "after-claim=freeze",
    attemptedTwice: ["split"],
    doneTwice: null,
    isFenced: true,
  },
  {
    ...FORK,
    faults: "before-commit=freeze",
    attemptedTwice: ["split"],
    doneTwice: null,
    isFenced: true,
  },
  {
    ...CHAIN,
    faults: "after-commit=freeze",
    attemptedTwice: ["two"],
    doneTwice: null,
    isFenced: true,
  },
  { ...SLOW_FORK, faults: "before-enqueue=freeze", ...NONE_TWICE, isFenced: false },
];

/** The points that the API comes past; their tests stand in api-fault-points.test.ts. */
export const API_POINTS = [
  "before-start-commit",
  "after-start-commit",
  "before-task-commit",
  "after-task-commit",
  "before-callback-commit",
  "after-callback-commit",
  "before-signal-commit",
  "after-signal-commit",
  "before-steering-commit",
  "after-steering-commit",
] as const satisfies readonly FaultPoint[];
