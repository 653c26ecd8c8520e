import type { NewMessage } from "../state/changes.ts";
import type { DueTimer, FoundCallback } from "../store.ts";
import type { MemoryRows } from "./memory-rows.ts";

/** Timers that are due at a moment (epoch milliseconds), the earliest first. */
export function dueTimers(rows: MemoryRows, at: number, limit: number): DueTimer[] {
  return rows.timersInOrder.upTo(at, limit).flatMap((timerId) => rows.timers.get(timerId) ?? []);
}

/** The wait that a token belongs to; of several the one that is open, else the last. */
export function findCallback(rows: MemoryRows, tokenHash: string): FoundCallback | null {
  const found = [...rows.callbacks.values()].filter((row) => row.tokenHash === tokenHash);
  const row = found.find(({ open }) => open) ?? found.at(-1);
  if (row === undefined) return null;
  const { instanceId, executionId, callbackKey, open } = row;
  return { instanceId, executionId, callbackKey, open };
}

/** Messages that were written at a moment (epoch milliseconds) or before. */
export function messagesUpTo(rows: MemoryRows, at: number, limit: number): NewMessage[] {
  return [...rows.messages.values()]
    .filter((message) => message.writtenAt.getTime() <= at)
    .slice(0, limit);
}
