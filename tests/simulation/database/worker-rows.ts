import type { Piece, ScheduledExecution, WorkerHeartbeat, WorkerId } from "@drover/engine";
import { order, pieceOfScheduled, type ExecutionRow, type MemoryRows } from "@drover/engine/memory";
import type { PlantedFault } from "../planted.ts";
import type { Commits } from "./commits.ts";

/** Who lives, who runs what, and what nobody runs, as the statements of packages/db answer it. */
export class WorkerRows {
  readonly #rows: MemoryRows;
  readonly #now: () => Date;
  readonly #planted: PlantedFault | null;
  readonly #commits: Commits;

  constructor(rows: MemoryRows, now: () => Date, planted: PlantedFault | null, commits: Commits) {
    this.#rows = rows;
    this.#now = now;
    this.#planted = planted;
    this.#commits = commits;
  }

  release(
    workerId: WorkerId,
    inHand: readonly ScheduledExecution[],
    untouchedFor: number,
  ): ScheduledExecution[] {
    if (this.#planted === "no-sweeper") return [];
    const youngest = this.#now().getTime() - untouchedFor;
    return this.#reschedule(
      0,
      (row) =>
        row.workerId === workerId &&
        this.#commits.touchedAt(row.id) <= youngest &&
        !inHand.some((held) => held.executionId === row.id && held.attempt === row.attempt),
    );
  }

  heartbeat(worker: WorkerHeartbeat): ScheduledExecution[] {
    const { workerId, running, details } = worker;
    this.#rows.workers.set(workerId, this.#now());
    const isIts = ({ executionId, attempt }: ScheduledExecution) => {
      const row = this.#rows.executions.get(executionId);
      return row?.status === "running" && row.attempt === attempt && row.workerId === workerId;
    };
    for (const said of details.filter(isIts)) {
      const row = this.#rows.execution(said.executionId);
      this.#rows.putExecution({ ...row, heartbeatDetails: said.details });
    }
    return running.filter((execution) => !isIts(execution));
  }

  remove(workerId: WorkerId): void {
    this.#rows.workers.delete(workerId);
  }

  recoverLost(silentFor: number, finder: WorkerId): ScheduledExecution[] {
    if (this.#planted === "no-sweeper") return [];
    const oldest = this.#now().getTime() - silentFor;
    return this.#reschedule(1, (row) => {
      if (row.workerId === finder || row.workerId === null) return false;
      const heartbeat = this.#rows.workers.get(row.workerId);
      return heartbeat === undefined || heartbeat.getTime() < oldest;
    });
  }

  takeUndispatched(before: number, limit: number): ScheduledExecution[] {
    if (this.#planted === "no-sweeper") return [];
    const now = this.#now();
    const oldest = now.getTime() - before;
    const found = this.#scheduled()
      .filter(({ dispatchedAt }) => dispatchedAt !== null && dispatchedAt.getTime() <= oldest)
      .sort((a, b) => (a.dispatchedAt?.getTime() ?? 0) - (b.dispatchedAt?.getTime() ?? 0))
      .slice(0, limit);
    for (const row of found) this.#rows.putExecution({ ...row, dispatchedAt: now });
    return found.map(scheduledExecution);
  }

  listScheduled(after: string | null, limit: number): Piece<ScheduledExecution> {
    if (this.#planted === "no-sweeper") return { items: [], end: after };
    return pieceOfScheduled(this.#scheduled(), after, limit);
  }

  #scheduled(): ExecutionRow[] {
    return [...this.#rows.scheduled].sort(order).map((id) => this.#rows.execution(id));
  }

  /** @param lost how many losses it counts for each */
  #reschedule(lost: 0 | 1, which: (row: ExecutionRow) => boolean): ScheduledExecution[] {
    const found = [...this.#rows.executions.values()].filter(
      (row) => row.status === "running" && which(row),
    );
    return found.map((row) => {
      const attempt = row.attempt + (this.#planted === "retry-without-attempt" ? 0 : 1);
      const lostAttempts = row.lostAttempts + lost;
      const changed = { attempt, lostAttempts, workerId: null, dispatchedAt: this.#now() };
      this.#rows.putExecution({ ...row, status: "scheduled", ...changed });
      this.#commits.touch(row.id);
      return { executionId: row.id, attempt };
    });
  }
}

function scheduledExecution(row: ExecutionRow): ScheduledExecution {
  return { executionId: row.id, attempt: row.attempt };
}
