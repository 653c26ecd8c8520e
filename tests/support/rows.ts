import postgres, { type Sql } from "postgres";

export interface ExecutionRow {
  readonly id: string;
  readonly instanceId: string;
  readonly stepName: string;
  readonly stepType: string;
  readonly status: string;
  readonly attempt: number;
  /** What has written the row last; the same for what was written together. */
  readonly transitionId: string | null;
}

/** What Postgres says, where HTTP does not tell or tells it of one instance at a time. */
export class Rows {
  readonly #sql: Sql;

  constructor(databaseUrl: string) {
    this.#sql = postgres(databaseUrl, { max: 2, onnotice: () => {} });
  }

  async workerPids(): Promise<number[]> {
    const rows = await this.#sql<{ pid: number }[]>`select pid from workflow_workers`;
    return rows.map(({ pid }) => pid);
  }

  /** How many workers would be given the next first step, whose sessions live. */
  async offers(): Promise<number> {
    const [row] = await this.#sql<{ offers: number }[]>`
      select count(*)::int as offers from workflow_start_offers
      where offered_at > now() - interval '3 s' and exists (
        select from pg_locks where locktype = 'advisory' and objid = seat and granted
          and database = (select oid from pg_database where datname = current_database()))`;
    return row?.offers ?? 0;
  }

  /** Whether the first step of an instance was begun by the statement that has written it. */
  async isGiven(instanceId: string): Promise<boolean> {
    const [row] = await this.#sql<{ given: boolean }[]>`
      select started_at = dispatched_at as given from workflow_step_executions
      where instance_id = ${instanceId} order by sequence limit 1`;
    return row?.given ?? false;
  }

  /** All step executions there are, or those of one instance, in the order in which they ended. */
  async executions(instanceId: string | null = null): Promise<ExecutionRow[]> {
    return this.#sql<ExecutionRow[]>`
      select id, instance_id as "instanceId", step_name as "stepName", step_type as "stepType",
             status, attempt, transition_id as "transitionId"
      from workflow_step_executions
      where ${instanceId}::uuid is null or instance_id = ${instanceId}::uuid
      order by instance_id, sequence, id`;
  }

  /** How many steps are in the hands of workers. */
  async running(): Promise<number> {
    const [row] = await this.#sql<{ steps: number }[]>`
      select count(*)::int as steps from workflow_step_executions where status = 'running'`;
    return row?.steps ?? 0;
  }

  /** How many instances there are of each status, of all or of those with a correlation id. */
  async instanceCounts(
    correlationId: string | null = null,
  ): Promise<Readonly<Record<string, number>>> {
    const rows = await this.#sql<{ status: string; instances: number }[]>`
      select status, count(*)::int as instances from workflow_instances
      where ${correlationId}::text is null or correlation_id = ${correlationId}::text
      group by status`;
    return Object.fromEntries(rows.map(({ status, instances }) => [status, instances]));
  }

  /** The status of an instance, without all that the API would read beside it. */
  async status(instanceId: string): Promise<string | undefined> {
    const [row] = await this.#sql<{ status: string }[]>`
      select status from workflow_instances where id = ${instanceId}`;
    return row?.status;
  }

  /** How many executions have succeeded, by step. */
  async counts(instanceId: string): Promise<Readonly<Record<string, number>>> {
    const rows = await this.#sql<{ step: string; executions: number }[]>`
      select step_name as step, count(*)::int as executions from workflow_step_executions
      where instance_id = ${instanceId} and status = 'succeeded' group by step_name`;
    return Object.fromEntries(rows.map(({ step, executions }) => [step, executions]));
  }

  /** How many timers have not fired yet, of all instances or of one. */
  async openTimers(instanceId: string | null = null): Promise<number> {
    const [row] = await this.#sql<{ timers: number }[]>`
      select count(*)::int as timers from workflow_timers
      where ${instanceId}::uuid is null or instance_id = ${instanceId}::uuid`;
    return row?.timers ?? 0;
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 5 });
  }
}
