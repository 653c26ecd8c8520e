import { writeSync } from "node:fs";
import type { FaultAction, FaultPoint, PlannedFault } from "./fault-points.ts";

/** Whoever is told that faults are on. */
interface FaultLog {
  warn(details: object, message: string): void;
}

/** As pino counts levels. */
const WARNING = 40;

/** Counts how often the process comes past each point, and lets happen what is planned there. */
export class FaultSwitch {
  readonly #plan: readonly PlannedFault[];
  readonly #passes = new Map<FaultPoint, number>();

  constructor(plan: readonly PlannedFault[]) {
    this.#plan = plan;
  }

  /** The process comes past. Returns late where it is to stand still, and never where it is to die. */
  pass(point: FaultPoint): void {
    const pass = (this.#passes.get(point) ?? 0) + 1;
    this.#passes.set(point, pass);
    for (const { point: place, action, pass: wanted } of this.#plan) {
      if (place !== point || pass !== wanted) continue;
      tell({ point, pass, ...action });
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
  return new FaultSwitch(plan);
}

/** Past the log, which may still keep a line to itself when the process is gone. */
function tell(fault: object): void {
  const line = { level: WARNING, ...fault, msg: "a fault is made, as FAULT_POINTS demands" };
  writeSync(process.stderr.fd, `${JSON.stringify(line)}\n`);
}

function perform(action: FaultAction): void {
  switch (action.kind) {
    case "crash":
      process.kill(process.pid, "SIGKILL");
      return;
    case "freeze":
      // A process that stops itself is stopped when this returns, and goes on from here.
      process.kill(process.pid, "SIGSTOP");
      return;
    case "stall":
      // Stops everything in this process, timers and heartbeats, too: nothing ever wakes the wait.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, action.milliseconds);
  }
}
