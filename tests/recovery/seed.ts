import { seededRows, writeLiveInstances, writeTimerWaits } from "@drover/db/testing";
import postgres from "postgres";

/** What is written straight into Postgres: far more than any client would start in a test's time. */
export interface Seed {
  /** Instances of `seeded_work` whose step is scheduled. */
  readonly scheduled: number;
  /** Instances of `seeded_timer` whose step waits for a timer. */
  readonly timers: number;
  /** Seconds until the timers are due. */
  readonly dueIn: number;
  /** What every instance starts with. */
  readonly context: Readonly<Record<string, string>>;
}

const SCHEDULED = `
insert into workflow_step_executions (id, instance_id, step_name, step_type, status, arrivals,
  dispatched_at)
select first_id, instance_id, 'work', 'machine', 'scheduled', '[]',
  now() - make_interval(secs => n / 1000.0)
from seeded`;

const DEFINITION = "select id from workflow_definitions where name = $1";

/** Writes it all in one transaction. A worker that knows both workflows has to have started before. */
export async function seed(databaseUrl: string, wanted: Seed): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const rows = (count: number) => {
    const now = new Date();
    return seededRows({ first: 1, count, of: count, since: now, until: now });
  };
  const definition = async (name: string) => {
    const [row] = await sql.unsafe<{ id: string }[]>(DEFINITION, [name]);
    if (row === undefined) throw new Error(`no worker has registered ${name}`);
    return { definitionId: row.id, context: wanted.context, ended: 0 };
  };
  try {
    const [work, timer] = [await definition("seeded_work"), await definition("seeded_timer")];
    await sql.begin(async (transaction) => {
      await transaction.unsafe(rows(wanted.scheduled));
      await writeLiveInstances(transaction, { ...work, step: "work", status: "running" });
      await transaction.unsafe(SCHEDULED);
      await transaction.unsafe("drop table seeded");
      await transaction.unsafe(rows(wanted.timers));
      await writeLiveInstances(transaction, { ...timer, step: "sleep", status: "waiting" });
      await writeTimerWaits(transaction, "sleep", wanted.dueIn);
    });
    // As autovacuum would have done by the time that so many rows are there.
    await sql.unsafe("analyze workflow_step_executions, workflow_timers, workflow_instances");
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** All timers are due so many seconds from now. */
export async function postponeTimers(databaseUrl: string, dueIn: number): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1 });
  await sql`update workflow_timers set fire_at = now() + make_interval(secs => ${dueIn})`;
  await sql.end({ timeout: 5 });
}
