import type { FaultAction, FaultPoint, PlannedFault } from "./fault-points.ts";

/** Whoever is told that faults are on, and of each before it happens. */
interface FaultLog {
  warn(details: object, message: string): void;
}

/** Counts how often the process comes past each point, and lets happen what is planned there. */
export class FaultSwitch {
  readonly #plan: readonly PlannedFault[];
  readonly #log: FaultLog;
  readonly #passes = new Map<FaultPoint, number>();

  constructor(plan: readonly PlannedFault[], log: FaultLog) {
    this.#plan = plan;
    this.#log = log;
  }

  /** The process comes past. Returns late where it is to stand still, and never where it is to die. */
  pass(point: FaultPoint): void {
    const pass = (this.#passes.get(point) ?? 0) + 1;
    this.#passes.set(point, pass);
    for (const { point: place, action, pass: wanted } of this.#plan) {
      if (place !== point || pass !== wanted) continue;
      this.#log.warn({ point, pass, ...action }, "a fault is made, as FAULT_POINTS demands");
      perform(action);
    }
  }
}

/**
 * The switch of a process; null, and no cost at all, where nothing is planned.
 */
export function faultSwitch(plan: readonly PlannedFault[], log: FaultLog): FaultSwitch | null {
  if (plan.length === 0) return null;
  log.warn(
    { plan },
    "FAULT_POINTS is set: this process will die or freeze. Only tests may want that",
  );
  return new FaultSwitch(plan, log);
}

function perform(action: FaultAction): void {
  switch (action.kind) {
    case "crash":
      process.kill(process.pid, "SIGKILL");
      return;
    case "stall":
      // Stops everything in this process, timers and heartbeats, too: nothing ever wakes the wait.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, action.milliseconds);
  }
}
