import { randomUUID } from "node:crypto";
import postgres, { type Sql, type TransactionSql } from "postgres";
import { STEPS, writeEndedExecutions, writeFinishedInstances } from "./seed-finished.ts";
import { writeLiveInstances, writeTaskWaits, writeTimerWaits } from "./seed-live.ts";
import { type Piece, seededRows } from "./seeded-rows.ts";

/** What has run and what waits before a test or a measurement begins. */
export interface History {
  /** Completed instances, each with three executions of machine steps. */
  readonly finished: number;
  /** Live instances, each with an ended step; half wait for a person, half for a timer in a year. */
  readonly waiting: number;
  /** The workflow that they are of. A filler that no worker knows is registered where it is not there. */
  readonly workflow?: string;
  /** Days until now over which their starts are spread; 30 unless given. */
  readonly days?: number;
  /** Characters that each context has besides a few keys; 200 unless given. */
  readonly contextCharacters?: number;
  /** Characters that each result has besides a few keys; 80 unless given. */
  readonly resultCharacters?: number;
}

/** Instances that are written in one transaction. */
const PIECE = 10_000;

/** Pieces that are written at once. */
const CONNECTIONS = 2;

const DAY = 86_400_000;
const A_YEAR = (365 * DAY) / 1_000;

const REGISTERED = `
select id from workflow_definitions where name = $1 order by created_at desc limit 1`;

const FILLER = `
insert into workflow_definitions (id, name, version, definition_json)
values ($1, $2, '1.0.0', $3::text::json)`;

/**
 * Writes a history straight into Postgres, far more than could be run in a test's time: in pieces of
 * one transaction each, by statements over sets. Then it does what autovacuum would have done by the
 * time that so many rows are there.
 *
 * @param databaseUrl a migrated database; several histories in one follow each other
 */
export async function seedHistory(databaseUrl: string, history: History): Promise<void> {
  const sql = postgres(databaseUrl, {
    max: CONNECTIONS,
    onnotice: () => {},
    // Nothing is lost that could not be seeded again, and nobody waits for the disk.
    connection: { synchronous_commit: "off" },
  });
  try {
    const definitionId = await definitionOf(sql, history.workflow ?? "seeded_history");
    const pieces = piecesOf(history, definitionId);
    const writing = Array.from({ length: CONNECTIONS }, async () => {
      for (let write = pieces.shift(); write !== undefined; write = pieces.shift())
        await sql.begin(write);
    });
    await Promise.all(writing);
    await sql.unsafe(`vacuum (analyze) workflow_instances, workflow_step_executions,
      workflow_human_tasks, workflow_timers`);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

type Write = (transaction: TransactionSql) => Promise<void>;

function piecesOf(history: History, definitionId: string): Write[] {
  const until = new Date();
  const since = new Date(until.getTime() - (history.days ?? 30) * DAY);
  const context = { note: "x".repeat(history.contextCharacters ?? 200) };
  const result = { text: "x".repeat(history.resultCharacters ?? 80) };
  const cut = (of: number) =>
    Array.from({ length: Math.ceil(of / PIECE) }, (_, place): Piece => {
      const first = place * PIECE;
      return { first, count: Math.min(PIECE, of - first), of, since, until };
    });
  const finished = cut(history.finished).map((piece) => async (transaction: TransactionSql) => {
    await transaction.unsafe(seededRows(piece));
    await writeFinishedInstances(transaction, definitionId, context);
    await writeEndedExecutions(transaction, STEPS.length, result);
  });
  const waiting = (step: "approve" | "sleep", count: number) =>
    cut(count).map((piece) => async (transaction: TransactionSql) => {
      await transaction.unsafe(seededRows(piece));
      const live = { definitionId, step, status: "waiting", context, ended: 1 } as const;
      await writeLiveInstances(transaction, live);
      await writeEndedExecutions(transaction, 1, result);
      if (step === "approve") await writeTaskWaits(transaction, step);
      else await writeTimerWaits(transaction, step, A_YEAR);
    });
  const tasks = Math.ceil(history.waiting / 2);
  return [...finished, ...waiting("approve", tasks), ...waiting("sleep", history.waiting - tasks)];
}

async function definitionOf(sql: Sql, workflow: string): Promise<string> {
  const [registered] = await sql.unsafe<{ id: string }[]>(REGISTERED, [workflow]);
  if (registered !== undefined) return registered.id;
  const id = randomUUID();
  const names: readonly string[] = STEPS;
  const steps = names.map((name) => ({ name, type: "machine", description: "" }));
  const edges = names.slice(1).map((target, place) => ({
    source: names[place],
    target,
    condition: null,
  }));
  const structure = {
    name: workflow,
    version: "1.0.0",
    description: "",
    steps,
    edges,
    initialStep: names[0],
    terminalSteps: [],
    onNoMatch: "complete",
  };
  await sql.unsafe(FILLER, [id, workflow, JSON.stringify(structure)]);
  return id;
}
