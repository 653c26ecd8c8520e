import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../../support/eventually.ts";
import type { Load } from "../load/load.ts";
import type { World } from "../world/world.ts";

/** How long any recovery may take before the run counts as broken. Milliseconds. */
const PATIENCE = 90_000;

/** Milliseconds between two instances that are to show that work flows. */
const BETWEEN_PROBES = 250;

/** Those that wait for an answer at the most: more would only be in each other's way. */
const MOST_PROBES = 3;

/** A step that a worker had in hands when it was disturbed. */
interface Held {
  readonly id: string;
  readonly attempt: number;
}

/**
 * Milliseconds until work flows again: until an instance that is started from now on, over HTTP,
 * has been run to its end. Several are started one after the other, as some may meet what is left of
 * the fault.
 */
export async function untilWorkFlows(world: World, load: Load): Promise<number> {
  const begin = performance.now();
  const started: string[] = [];
  const done = new AbortController();
  const probing = keepProbing(load, started, done.signal);
  try {
    await eventually("work flows again", () => isAnyOver(world, started), PATIENCE);
    return performance.now() - begin;
  } finally {
    done.abort();
    await probing;
  }
}

async function keepProbing(load: Load, started: string[], done: AbortSignal): Promise<void> {
  let unanswered = 0;
  const probe = async (): Promise<void> => {
    unanswered += 1;
    try {
      started.push(await load.probe());
    } finally {
      unanswered -= 1;
    }
  };
  while (!done.aborted) {
    // Not waited for: one that waits for an answer must not keep the next from being sent. That the
    // run was ended is heard elsewhere.
    if (unanswered < MOST_PROBES) probe().catch(() => {});
    // The wait ends early when it is done; that is no error.
    await pause(BETWEEN_PROBES, undefined, { signal: done }).catch(() => undefined);
  }
}

async function isAnyOver({ sql }: World, ids: readonly string[]): Promise<boolean> {
  const rows = await sql`
    select 1 from workflow_instances
    where id = any(${[...ids]}::uuid[]) and completed_at is not null limit 1`;
  return rows.length > 0;
}

/** What a worker has in hands, by its row; asked again while Postgres is away. */
export function heldBy({ sql }: World, pid: number): Promise<readonly Held[]> {
  return eventually(
    "Postgres tells what the worker holds",
    async () => {
      const rows = await sql<Held[]>`
      select e.id, e.attempt from workflow_step_executions e
      join workflow_workers w on w.id = e.worker_id
      where w.pid = ${pid} and e.status = 'running'`;
      return [...rows];
    },
    PATIENCE,
  );
}

/** Milliseconds to wait for a worker to have something in hands. */
const AT_WORK_PATIENCE = 3_000;

/** Resolves when a worker has a step in hands that takes a while, or when that takes too long. */
export async function untilAtWork({ sql }: World, pid: number): Promise<void> {
  const isAtWork = async () => {
    const long = await sql`
      select 1 from workflow_step_executions e
      join workflow_workers w on w.id = e.worker_id
      where w.pid = ${pid} and e.status = 'running' and e.step_name like 'long%' limit 1`;
    return long.length > 0;
  };
  await eventually("the worker is at work", isAtWork, AT_WORK_PATIENCE).catch(() => undefined);
}

/**
 * Resolves when none of these steps is in the old hands or in nobody's any more.
 * @returns milliseconds since `begin`; null when there was none
 */
export async function untilTakenOver(
  { sql }: World,
  held: readonly Held[],
  begin: number,
): Promise<number | null> {
  if (held.length === 0) return null;
  const isTakenOver = async () => {
    const left = await sql`
      select 1 from workflow_step_executions e
      join unnest(${held.map(({ id }) => id)}::uuid[], ${held.map(({ attempt }) => attempt)}::int[])
        as held(id, attempt) on held.id = e.id
      where e.status = 'scheduled' or (e.status = 'running' and e.attempt = held.attempt) limit 1`;
    return left.length === 0;
  };
  await eventually("the steps run elsewhere", isTakenOver, PATIENCE);
  return performance.now() - begin;
}
