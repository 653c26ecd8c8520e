import { expect, test, vi } from "vitest";
import { firstIdOf, newId } from "./new-id.ts";

test("given many ids, then none comes twice and each comes after the one before", () => {
  const ids = Array.from({ length: 20_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(ids.toSorted());
});

test("given a clock that is set back, then ids still follow each other", () => {
  const before = newId();
  vi.useFakeTimers({ now: Date.now() - 60_000 });
  try {
    expect(newId() > before).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test("given a moment, then ids of that moment and later do not come before its first one", () => {
  const first = firstIdOf(new Date());
  expect(newId() > first).toBe(true);
  expect(firstIdOf(new Date(Date.now() + 60_000)) > newId()).toBe(true);
});
