import { isTerminal } from "@drover/engine";
import { isDeepStrictEqual } from "node:util";
import type { RecordedExecution, Recording } from "./recording.ts";

/** Orders that are told; who reads more of them reads nothing new. */
const MOST_ORDERS = 10;

/** What a run did otherwise than another one, in words; empty where nothing did. */
export function differencesOf(before: Recording, now: Recording): string[] {
  return [...stepDifferences(before, now), ...orderDifferences(before, now), ...ends(before, now)];
}

function stepDifferences(before: Recording, now: Recording): string[] {
  const names = new Set([...before.executions, ...now.executions].map(({ step }) => step));
  return [...names].flatMap((name) => {
    const was = runsOf(before, name);
    const is = runsOf(now, name);
    if (was.length === 0 && is.length === 0) return [];
    if (is.length === 0) return [`Step '${name}' no longer runs`];
    if (was.length === 0) return [`Step '${name}' is new`];
    if (was.length !== is.length) {
      return [`Step '${name}' ran ${times(was.length)} and now runs ${times(is.length)}`];
    }
    const [old, fresh] = [statuses(was), statuses(is)];
    return old === fresh ? [] : [`Step '${name}' was ${old} and is now ${fresh}`];
  });
}

/** Executions that were begun; what only stood at a join when all ended did nothing. */
function runsOf({ executions }: Recording, name: string): RecordedExecution[] {
  return executions.filter(({ step, begin }) => step === name && begin !== null);
}

function statuses(executions: readonly RecordedExecution[]): string {
  const counts = new Map<string, number>();
  for (const { status } of executions) counts.set(status, (counts.get(status) ?? 0) + 1);
  if (counts.size === 1) return [...counts.keys()].join("");
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${status} ${times(count)}`)
    .join(", ");
}

/**
 * Two steps of which one had ended before the other began, and now it is the other way round. What
 * runs side by side has no order.
 */
function orderDifferences(before: Recording, now: Recording): string[] {
  const was = firstRuns(before);
  const is = firstRuns(now);
  const found: string[] = [];
  for (const [first, early] of was) {
    for (const [second, late] of was) {
      const [nowFirst, nowSecond] = [is.get(first), is.get(second)];
      if (nowFirst === undefined || nowSecond === undefined) continue;
      if (!precedes(early, late) || !precedes(nowSecond, nowFirst)) continue;
      found.push(`Step '${second}' ran after '${first}' and now runs before it`);
      if (found.length >= MOST_ORDERS) return found;
    }
  }
  return found;
}

interface Run extends RecordedExecution {
  readonly place: number;
}

function firstRuns({ executions }: Recording): Map<string, Run> {
  const runs = new Map<string, Run>();
  for (const [place, execution] of executions.entries()) {
    const { step, begin, end, isCompensation } = execution;
    if (runs.has(step) || begin === null || end === null || isCompensation) continue;
    runs.set(step, { ...execution, place });
  }
  return runs;
}

function precedes(first: Run, second: Run): boolean {
  return first.place < second.place && (first.end ?? 0) <= (second.begin ?? 0);
}

function ends({ end: was }: Recording, { end: is, executions }: Recording): string[] {
  if (was.status !== is.status) {
    const waiting = executions.filter(({ status }) => status === "waiting");
    const where = waiting.map(({ step, type }) => `'${step}' (${type})`).join(", ");
    const why = is.error === null ? "" : `: ${is.error}`;
    const at = isTerminal(is.status) || where === "" ? "" : ` at ${where}`;
    return [`The workflow was ${was.status} and is now ${is.status}${at}${why}`];
  }
  if (was.error !== is.error) {
    return [`The error was ${told(was.error)} and is now ${told(is.error)}`];
  }
  if (was.output === undefined || isDeepStrictEqual(was.output, is.output)) return [];
  return [`The output was ${told(was.output)} and is now ${told(is.output)}`];
}

function told(value: unknown): string {
  return JSON.stringify(value ?? null);
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
