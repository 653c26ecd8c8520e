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

const INSTANCES = `
insert into workflow_instances (id, definition_id, workflow_name, workflow_version, status,
  current_step, context_data, metadata, active_tokens, started_at)
select seeded.instance_id, definition.id, definition.name, definition.version, 'running',
  $1::text, $2::text::jsonb, '{}', case when $1::text = 'work' then 1 else 0 end, now()
from workflow_definitions definition, seeded where definition.name = $3::text`;

const SCHEDULED = `
insert into workflow_step_executions (id, instance_id, step_name, step_type, status, arrivals,
  dispatched_at)
select execution_id, instance_id, 'work', 'machine', 'scheduled', '[]',
  now() - make_interval(secs => n / 1000.0)
from seeded`;

const WAITING = `
insert into workflow_step_executions (id, instance_id, step_name, step_type, status, arrivals,
  wait, started_at)
select execution_id, instance_id, 'sleep', 'timer', 'waiting', '[]',
  jsonb_build_object('kind', 'timer', 'timerId', timer_id), now()
from seeded`;

const TIMERS = `
insert into workflow_timers (id, instance_id, step_execution_id, fire_at)
select timer_id, instance_id, execution_id, now() + make_interval(secs => $1::int)
from seeded`;

/** Writes it all in one transaction. A worker that knows both workflows has to have started before. */
export async function seed(databaseUrl: string, wanted: Seed): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const context = JSON.stringify(wanted.context);
  const ids = (count: number) => `
    create temporary table seeded on commit drop as
    select n, gen_random_uuid() as instance_id, gen_random_uuid() as execution_id,
      gen_random_uuid() as timer_id
    from generate_series(1, ${count}) n`;
  try {
    await sql.begin(async (transaction) => {
      await transaction.unsafe(ids(wanted.scheduled));
      await transaction.unsafe(INSTANCES, ["work", context, "seeded_work"]);
      await transaction.unsafe(SCHEDULED);
      await transaction.unsafe("drop table seeded");
      await transaction.unsafe(ids(wanted.timers));
      await transaction.unsafe(INSTANCES, ["sleep", context, "seeded_timer"]);
      await transaction.unsafe(WAITING);
      await transaction.unsafe(TIMERS, [wanted.dueIn]);
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
