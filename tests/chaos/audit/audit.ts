import { isDeepStrictEqual } from "node:util";
import type { Effect } from "../../support/effects.ts";
import { BOOKINGS, stormyOutcome, VOTES } from "../../support/workflows/stormy-outcomes.ts";
import type { Run } from "../load/runs.ts";
import type { CountedStep, InstanceRow, TaskRow } from "./rows.ts";

/** What is wrong, in words; nothing where all is as it should be. */
type Faults = readonly string[];

const OVER: ReadonlySet<string> = new Set(["completed", "failed", "canceled"]);

/** What became of the instances that were answered for. */
export interface InstanceVerdict {
  readonly completed: number;
  /** Those whose definition demands it. */
  readonly failed: number;
  readonly lost: Faults;
  readonly stuck: Faults;
  /** Began more often than they were asked for. */
  readonly doubled: Faults;
  readonly wrong: Faults;
}

/** @param acknowledged the runs by instance */
export function judgeInstances(
  acknowledged: ReadonlyMap<string, Run>,
  found: readonly InstanceRow[],
): InstanceVerdict {
  const byId = new Map(found.map((row) => [row.id, row]));
  const lost = [...acknowledged.keys()].filter((id) => !byId.has(id));
  const open = found.filter(({ status }) => !OVER.has(status));
  const unknown = found.filter(({ id, isRoot }) => isRoot && !acknowledged.has(id));
  const wrong = [...acknowledged].flatMap(([id, run]) => {
    const row = byId.get(id);
    if (row === undefined || !OVER.has(row.status)) return [];
    return faultsOf(row, run).map((fault) => `${run.workflow} ${id}: ${fault}`);
  });
  const count = (status: string) =>
    [...acknowledged.keys()].filter((id) => byId.get(id)?.status === status).length;
  return {
    completed: count("completed"),
    failed: count("failed"),
    lost,
    stuck: open.map(({ id, workflow, status, steps }) => {
      return `${workflow} ${id} is ${status}: ${JSON.stringify(steps)}`;
    }),
    doubled: unknown.map(({ id, workflow }) => `${workflow} ${id} was started a second time`),
    wrong,
  };
}

function faultsOf(row: InstanceRow, { stormy, outcome }: Run): Faults {
  const expected = stormy === null ? outcome : stormyOutcome(stormy);
  const steps = Object.fromEntries(
    Object.entries(row.steps).filter(([step]) => !VOTES.has(step.split(" ")[0] ?? "")),
  );
  if (expected === null) return failedBookings(row.status, steps);
  const faults: string[] = [];
  if (row.status !== expected.status) {
    faults.push(`is ${row.status} and not ${expected.status}: ${row.error ?? "no error"}`);
  }
  if (expected.steps !== null && !isDeepStrictEqual(steps, expected.steps)) {
    faults.push(`${JSON.stringify(steps)} and not ${JSON.stringify(expected.steps)}`);
  }
  if ("output" in expected && !isDeepStrictEqual(row.output, expected.output)) {
    faults.push(`came to ${JSON.stringify(row.output)}, not ${JSON.stringify(expected.output)}`);
  }
  for (const [key, value] of Object.entries("context" in expected ? expected.context : {})) {
    if (isDeepStrictEqual(row.context[key], value)) continue;
    faults.push(`${key} is ${JSON.stringify(row.context[key])}, not ${JSON.stringify(value)}`);
  }
  return faults;
}

/** Booked and undone, or never booked. */
function failedBookings(status: string, steps: Readonly<Record<string, number>>): Faults {
  const faults = status === "failed" ? [] : [`is ${status} and not failed`];
  for (const name of BOOKINGS) {
    const times = steps[`${name} succeeded`] ?? 2;
    if (times !== 2) faults.push(`${name} was booked and not undone`);
  }
  return faults;
}

/** What steps have done to the world outside. */
export interface EffectVerdict {
  readonly effects: number;
  /** Attempts that ran the same try of a step once more. */
  readonly repeatedAttempts: number;
  /** Effects that came under a key that had counted before: the receiver did not count them. */
  readonly repeatedEffects: number;
  /** What counted twice, or counted without having been done. */
  readonly wrong: Faults;
}

/**
 * No attempt did anything twice, and whatever counts in Postgres was done by the attempt that counts,
 * once.
 */
export function judgeEffects(
  effects: readonly Effect[],
  counted: readonly CountedStep[],
): EffectVerdict {
  const wrong: string[] = [];
  const started = effects.filter(({ event }) => event === "started");
  const ended = effects.filter(({ event }) => event === "ended");
  for (const kind of [started, ended]) {
    const attempts = Map.groupBy(kind, ({ key, attempt }) => `${key} attempt ${attempt}`);
    for (const [attempt, same] of attempts) {
      if (same.length > 1) wrong.push(`${attempt} ${same[0]?.event} ${same.length} times`);
    }
  }
  const endedAttempts = new Set(ended.map(({ key, attempt }) => `${key} ${attempt}`));
  for (const { id, attempt } of counted) {
    if (!endedAttempts.has(`${id} ${attempt}`)) {
      wrong.push(`${id} counts with attempt ${attempt}, which has not done it`);
    }
  }
  const distinct = (of: readonly Effect[], name: (effect: Effect) => string) =>
    new Set(of.map(name)).size;
  return {
    effects: ended.length,
    repeatedAttempts:
      started.length - distinct(started, ({ key, tryNumber }) => `${key} ${tryNumber}`),
    repeatedEffects: ended.length - distinct(ended, ({ key }) => key),
    wrong,
  };
}

/** Every task was completed by one of those who answered, and nobody else was told that theirs counts. */
export function judgeTasks(
  completed: readonly TaskRow[],
  told: ReadonlyMap<string, readonly string[]>,
): Faults {
  const by = new Map(completed.map(({ id, completedBy }) => [id, completedBy]));
  return [...told].flatMap(([task, people]) => {
    const [first] = people;
    if (people.length > 1) return [`task ${task}: ${people.join(" and ")} were told it is theirs`];
    return by.get(task) === first
      ? []
      : [`task ${task}: ${first} was told, ${by.get(task)} stands`];
  });
}
