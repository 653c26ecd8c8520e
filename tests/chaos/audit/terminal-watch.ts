import { setTimeout as pause } from "node:timers/promises";
import type { Sql } from "postgres";

/** Milliseconds between two looks. */
const BETWEEN_LOOKS = 2_000;

/** Of what is over, all that must never change again, as one text. */
const FACES = `
select i.id, concat_ws(' ', i.status, i.version, i.sequence, i.completed_at, i.updated_at,
  md5(i.context_data::text), md5(coalesce(i.output::text, '')),
  (select count(*) from workflow_step_executions e where e.instance_id = i.id)) as face
from workflow_instances i where i.completed_at is not null`;

/** Remembers how instances looked when they were first seen to be over, and whether they changed. */
export class TerminalWatch {
  readonly #sql: Sql;
  readonly #seen = new Map<string, string>();
  readonly #changed = new Set<string>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Looks again and again until the signal says that it is over. */
  async keepLooking(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      // While Postgres is away there is nothing to see.
      await this.look().catch(() => undefined);
      await pause(BETWEEN_LOOKS, undefined, { signal: over }).catch(() => undefined);
    }
  }

  /** @returns how many instances are over */
  async look(): Promise<number> {
    const rows = await this.#sql.unsafe<{ id: string; face: string }[]>(FACES);
    for (const { id, face } of rows) {
      const before = this.#seen.get(id);
      if (before === undefined) this.#seen.set(id, face);
      else if (before !== face) this.#changed.add(`${id}: ${before} became ${face}`);
    }
    return rows.length;
  }

  /** How many are over, as far as was seen. */
  get over(): number {
    return this.#seen.size;
  }

  /** Instances that changed after their end, in words. */
  get changed(): readonly string[] {
    return [...this.#changed];
  }
}
