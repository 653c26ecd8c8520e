import { randomUUID } from "node:crypto";
import type { WorkflowStructure } from "@drover/engine";
import postgres, { type Sql, type TransactionSql } from "postgres";
import { STEPS, writeEndedExecutions, writeFinishedInstances } from "./seed-finished.ts";
import {
  writeCallbackWaits,
  writeLiveInstances,
  writeTaskWaits,
  writeTimerWaits,
} from "./seed-live.ts";
import { type Piece, seededRows } from "./seeded-rows.ts";

/** What has run and what waits before a test or a measurement begins. */
export interface History {
  /** Completed instances, each with three executions of machine steps. */
  readonly finished: number;
  /** Live instances, each with an ended step: they wait for people, timers in a year and callbacks. */
  readonly waiting: number;
  /** The workflow that they are of. A filler that no worker knows is registered where it is not there. */
  readonly workflow?: string;
  /** Days until now over which their starts are spread; 30 unless given. */
  readonly days?: number;
  /** Characters that each context has besides a few keys; 200 unless given. */
  readonly contextCharacters?: number;
  /** Characters that each result has besides a few keys; 80 unless given. */
  readonly resultCharacters?: number;
  /** Whether what autovacuum would have done by then is done; true unless given. */
  readonly settled?: boolean;
}

/** Instances that are written in one transaction. */
const PIECE = 10_000;

/** Pieces that are written at once. */
const CONNECTIONS = 2;

const DAY = 86_400_000;
const A_YEAR = (365 * DAY) / 1_000;

/** The steps at which live instances wait, and what writes their waits. */
const WAITS: readonly [string, (transaction: TransactionSql, step: string) => Promise<void>][] = [
  ["approve", writeTaskWaits],
  ["sleep", (transaction, step) => writeTimerWaits(transaction, step, A_YEAR)],
  ["hear", writeCallbackWaits],
];

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
    if (history.settled !== false) await settleHistory(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** What autovacuum does once so many rows are there. */
export async function settleHistory(sql: Sql): Promise<void> {
  await sql.unsafe(`vacuum (analyze) workflow_instances, workflow_step_executions,
    workflow_human_tasks, workflow_timers, workflow_callbacks`);
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
  const waiting = WAITS.flatMap(([step, writeWaits], place) => {
    const count = Math.floor((history.waiting + WAITS.length - 1 - place) / WAITS.length);
    return cut(count).map((piece) => async (transaction: TransactionSql) => {
      await transaction.unsafe(seededRows(piece));
      const live = { definitionId, step, status: "waiting", context, ended: 1 } as const;
      await writeLiveInstances(transaction, live);
      await writeEndedExecutions(transaction, 1, result);
      await writeWaits(transaction, step);
    });
  });
  return [...finished, ...waiting];
}

async function definitionOf(sql: Sql, workflow: string): Promise<string> {
  const [registered] = await sql.unsafe<{ id: string }[]>(REGISTERED, [workflow]);
  if (registered !== undefined) return registered.id;
  const id = randomUUID();
  await sql.unsafe(FILLER, [id, workflow, JSON.stringify(fillerStructure(workflow))]);
  return id;
}

/** After its first step an instance goes one of several ways. */
function fillerStructure(name: string): WorkflowStructure {
  const types = { check: "machine", charge: "machine", record: "machine" } as const;
  const waits = { approve: "human", sleep: "timer", hear: "webhook" } as const;
  const steps = Object.entries({ ...types, ...waits });
  const edge = (source: string, target: string) => ({ source, target, condition: "conditional" });
  return {
    name,
    version: "1.0.0",
    description: "",
    steps: steps.map(([step, type]) => ({ name: step, type, description: "" })),
    edges: [
      edge("check", "charge"),
      edge("charge", "record"),
      ...Object.keys(waits).map((wait) => edge("check", wait)),
    ],
    initialStep: "check",
    terminalSteps: [],
    onNoMatch: "complete",
  };
}
