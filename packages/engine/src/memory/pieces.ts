import type { ScheduledExecution } from "../state/changes.ts";
import type { Piece } from "../piece.ts";
import type { DueTimer } from "../store.ts";
import type { ExecutionRow } from "./rows.ts";

/** Digits that every moment a Date can hold fits into, so that places compare as text. */
const DIGITS = 17;

/** A piece of the executions in the order in which they were handed over. */
export function pieceOfScheduled(
  rows: readonly ExecutionRow[],
  after: string | null,
  limit: number,
): Piece<ScheduledExecution> {
  const { items, end } = piece(rows, (row) => place(row.dispatchedAt, row.id), after, limit);
  return { items: items.map(({ id, attempt }) => ({ executionId: id, attempt })), end };
}

/** A piece of the timers, the earliest first. */
export function pieceOfTimers(
  timers: readonly DueTimer[],
  after: string | null,
  limit: number,
): Piece<DueTimer> {
  return piece(timers, (timer) => place(timer.fireAt, timer.timerId), after, limit);
}

function piece<Item>(
  all: readonly Item[],
  placeOf: (item: Item) => string,
  after: string | null,
  limit: number,
): Piece<Item> {
  const placed = all
    .map((item) => ({ item, at: placeOf(item) }))
    .filter(({ at }) => after === null || at > after)
    .toSorted((left, right) => (left.at < right.at ? -1 : 1))
    .slice(0, limit);
  return { items: placed.map(({ item }) => item), end: placed.at(-1)?.at ?? after };
}

function place(moment: Date | null, id: string): string {
  return `${(moment?.getTime() ?? 0).toString().padStart(DIGITS, "0")} ${id}`;
}
