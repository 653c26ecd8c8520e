import type { Instance } from "../http/shapes.ts";
import type { LoadRun } from "../run/load-run.ts";

/** An instance that this load has started and that is over; milliseconds since the begin of the load. */
export interface Ending {
  readonly id: string;
  readonly intended: number;
  readonly ended: number;
  readonly isCompleted: boolean;
}

/**
 * Brings together what was sent and what the server says: moments of its clock become those of this
 * machine's.
 */
export function endings(run: LoadRun, instances: ReadonlyMap<string, Instance>): Ending[] {
  return run.ledger.sent.flatMap(({ id, intended }) => {
    const instance = id === null ? undefined : instances.get(id);
    const { completed_at: completedAt = null, status } = instance ?? {};
    if (id === null || completedAt === null) return [];
    const ended = completedAt - run.clock.milliseconds - run.beganAt;
    return [{ id, intended, ended, isCompleted: status === "completed" }];
  });
}
