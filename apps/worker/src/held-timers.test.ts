import { asId, type TimerId } from "@drover/engine";
import { describe, expect, test } from "vitest";
import { HeldTimers } from "./held-timers.ts";

const SOONER = asId<TimerId>("019a0000-0000-7000-8000-000000000001");
const LATER = asId<TimerId>("019a0000-0000-7000-8000-000000000002");

/** Timers under a clock that the test moves. */
function held(answers: (number | null)[] = []) {
  let now = Date.UTC(2026, 0, 1);
  const alarms: { at: number; callback: () => void; canceled: boolean }[] = [];
  const fired: { timerId: string; after: number }[] = [];
  const begun = now;
  const timers = new HeldTimers(
    async (id) => {
      fired.push({ timerId: id, after: now - begun });
      return answers.shift() ?? null;
    },
    {
      now: () => new Date(now),
      timers: {
        after: (milliseconds, callback) => {
          const alarm = { at: now + milliseconds, callback, canceled: false };
          alarms.push(alarm);
          return () => void (alarm.canceled = true);
        },
      },
    },
  );
  const moveBy = async (milliseconds: number) => {
    const until = now + milliseconds;
    for (;;) {
      const due = alarms.filter(({ at, canceled }) => !canceled && at <= until);
      const [next] = due.toSorted((one, other) => one.at - other.at);
      if (next === undefined) break;
      now = next.at;
      next.canceled = true;
      next.callback();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    now = until;
  };
  const dueIn = (timerId: TimerId, milliseconds: number) => ({
    timerId,
    fireAt: new Date(now + milliseconds),
  });
  return { timers, fired, moveBy, dueIn };
}

describe("timers that a worker holds", () => {
  test("given two that are due soon, then each is fired when it is due", async () => {
    const { timers, fired, moveBy, dueIn } = held();
    const which = timers.hold([dueIn(LATER, 300), dueIn(SOONER, 20)]);
    expect([...which]).toEqual([LATER, SOONER]);
    await moveBy(1_000);
    expect(fired).toEqual([
      { timerId: SOONER, after: 20 },
      { timerId: LATER, after: 300 },
    ]);
  });

  test("given one that is due in a minute, then it is left to others", async () => {
    const { timers, fired, moveBy, dueIn } = held();
    expect([...timers.hold([dueIn(LATER, 60_000)])]).toEqual([]);
    await moveBy(120_000);
    expect(fired).toEqual([]);
  });

  test("given a Postgres whose clock is behind, then it is tried again when that says so", async () => {
    const { timers, fired, moveBy, dueIn } = held([40, null]);
    timers.hold([dueIn(SOONER, 100)]);
    await moveBy(1_000);
    expect(fired).toEqual([
      { timerId: SOONER, after: 100 },
      { timerId: SOONER, after: 140 },
    ]);
  });

  test("when the worker has to go, then it fires nothing more", async () => {
    const { timers, fired, moveBy, dueIn } = held();
    timers.hold([dueIn(SOONER, 100)]);
    timers.letGo();
    await moveBy(1_000);
    expect(fired).toEqual([]);
  });
});
