import { setTimeout as pause } from "node:timers/promises";
import { newId } from "@drover/db";
import type { Sql } from "postgres";
import type { Work } from "../workflows/names.ts";
import { HttpClient } from "../world/http-client.ts";
import { waitUntil } from "../world/wait-until.ts";

/** How a subject is asked for work, and where it keeps what became of it. */
export interface SubjectTraits {
  readonly name: string;
  readonly origin: string;
  /** Starts one. */
  readonly onePath: string;
  readonly oneOf: (work: Work, input: object) => unknown;
  readonly batchPath: string;
  /** The body that starts these. */
  readonly batchOf: (work: Work, inputs: readonly object[]) => unknown;
  /** Its table of workflows, with `id` (UUIDv7), `status`, `started_at` and `completed_at`. */
  readonly table: string;
  /** Its table of steps. */
  readonly stepTable: string;
  /** The statuses of workflows that are not over. */
  readonly live: readonly string[];
  /** What tells two steps of that table apart, as SQL. */
  readonly stepKey: string;
  /** Its column that says which workflow a step is of. */
  readonly stepOwner: string;
  /** True of a row whose step has succeeded, as SQL. */
  readonly stepSucceeded: string;
  /** The result of a step, as SQL for a number. */
  readonly numberOf: string;
}

/** Workflows that one request may start. */
const BATCH = 1_000;
const REQUESTS = 4;

/** Milliseconds for all that is started to be over. */
const PATIENCE = 300_000;

/** A moment in the ids of a subject: what is started from now on comes after it. */
export type Mark = string;

export interface Span {
  /** Milliseconds from the first start to the last completion. */
  readonly milliseconds: number;
  readonly workflows: number;
}

/** Something that runs workflows, with everything the measures ask of it. */
export class Subject {
  readonly name: string;
  readonly sql: Sql;
  readonly http: HttpClient;
  readonly #traits: SubjectTraits;

  constructor(traits: SubjectTraits, sql: Sql) {
    this.name = traits.name;
    this.sql = sql;
    this.http = new HttpClient(traits.origin, REQUESTS);
    this.#traits = traits;
  }

  /** UUIDv7 are in the order of time from one millisecond to the next, across processes, too. */
  async mark(): Promise<Mark> {
    const mark = newId();
    await pause(2);
    return mark;
  }

  /** Starts as many over HTTP, up to 1,000 in a request and four requests at once. */
  async start(work: Work, count: number, input: object = {}): Promise<void> {
    const { batchPath, batchOf } = this.#traits;
    let left = count;
    const lane = async () => {
      while (left > 0) {
        const size = Math.min(BATCH, left);
        left -= size;
        const inputs = Array.from({ length: size }, () => input);
        await this.http.post(batchPath, batchOf(work, inputs));
      }
    };
    await Promise.all(Array.from({ length: REQUESTS }, lane));
  }

  async startOne(work: Work, input: object = {}): Promise<void> {
    const { onePath, oneOf } = this.#traits;
    await this.http.post(onePath, oneOf(work, input));
  }

  /**
   * @param every milliseconds between two looks, each at one row. The order asked for is that of the
   * index on (status, id) alone: for a row of some status, the planner may read the whole table once
   * it has been told that many have it, and a look twenty times a second is then what is measured.
   */
  async untilOver(mark: Mark, every: number): Promise<void> {
    const { table, live } = this.#traits;
    const isOver = async () => {
      for (const status of live) {
        const [next] = await this.sql<{ status: string }[]>`
          select status from ${this.sql(table)} where (status, id) > (${status}, ${mark})
          order by status, id limit 1`;
        if (next?.status === status) return false;
      }
      return true;
    };
    await waitUntil(`${this.name} has ended all its workflows`, isOver, every, PATIENCE);
  }

  async span(mark: Mark): Promise<Span> {
    const [row] = await this.sql<{ milliseconds: number; workflows: number }[]>`
      select extract(epoch from max(completed_at) - min(started_at))::float8 * 1000 as milliseconds,
        count(*)::int as workflows
      from ${this.sql(this.#traits.table)} where id > ${mark}`;
    if (row === undefined) throw new Error("an aggregate has a row");
    return row;
  }

  /**
   * When each workflow has ended, in the order of their starts; whole milliseconds since 1970: who writes
   * fractions of them would else be half of one slower.
   */
  async ends(mark: Mark): Promise<number[]> {
    const rows = await this.sql<{ ended: number }[]>`
      select floor(extract(epoch from completed_at)::float8 * 1000) as ended
      from ${this.sql(this.#traits.table)} where id > ${mark} order by id`;
    return rows.map((row) => row.ended);
  }

  /** The numbers that steps of this name have come to. */
  async results(mark: Mark, stepName: string): Promise<number[]> {
    const { stepTable, stepOwner, numberOf } = this.#traits;
    const rows = await this.sql.unsafe<{ value: number }[]>(
      `select ${numberOf} as value from ${stepTable} where ${stepOwner} > $1 and step_name = $2`,
      [mark, stepName],
    );
    return rows.map((row) => row.value);
  }

  /**
   * Looks at every row: each workflow is completed, and each of its steps has just one row.
   * @param workflows how many were started since the mark
   * @param rowsEach rows of steps that each of them has
   * @returns the rows that were looked at
   * @throws Error saying what is wrong
   */
  async check(mark: Mark, workflows: number, rowsEach: number): Promise<number> {
    const { table, stepTable, stepOwner, stepKey, stepSucceeded } = this.#traits;
    const [found] = await this.sql.unsafe<{ all: number; completed: number }[]>(
      `select count(*)::int as all, (count(*) filter (where status = 'completed'))::int as completed
       from ${table} where id > $1`,
      [mark],
    );
    const [steps] = await this.sql.unsafe<{ rows: number; steps: number; succeeded: number }[]>(
      `select coalesce(sum(n), 0)::int as rows, count(*)::int as steps,
         coalesce(sum(succeeded), 0)::int as succeeded
       from (select count(*) as n, count(*) filter (where ${stepSucceeded}) as succeeded
             from ${stepTable} where ${stepOwner} > $1 group by ${stepKey}) as each`,
      [mark],
    );
    const wanted = {
      workflows,
      completed: workflows,
      rows: workflows * rowsEach,
      steps: workflows * rowsEach,
      succeeded: workflows * rowsEach,
    };
    const seen = {
      workflows: found?.all,
      completed: found?.completed,
      rows: steps?.rows,
      steps: steps?.steps,
      succeeded: steps?.succeeded,
    };
    if (JSON.stringify(seen) !== JSON.stringify(wanted)) {
      throw new Error(
        `${this.name} has not done everything just once: wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(seen)}`,
      );
    }
    return wanted.rows;
  }

  /** Looks whether as many were started as were answered, and nothing more. @throws Error */
  async checkStarted(wanted: number): Promise<number> {
    const { table, stepTable } = this.#traits;
    const [found] = await this.sql.unsafe<{ workflows: number; steps: number }[]>(
      `select (select count(*) from ${table})::int as workflows,
         (select count(*) from ${stepTable})::int as steps`,
    );
    if (found?.workflows === wanted && found.steps === wanted) return wanted;
    throw new Error(`${wanted} starts were answered, there are ${JSON.stringify(found)}`);
  }

  async close(): Promise<void> {
    await Promise.all([this.http.close(), this.sql.end({ timeout: 1 })]);
  }
}
