import {
  asId,
  NOTHING_REMEMBERED,
  type DefinitionId,
  type ExecutionId,
  type InstanceId,
  type JsonObject,
  type InstanceState,
  type TimerId,
} from "@drover/engine";
import { describe, expect, test } from "vitest";
import { HeldTimers, type KnownToTimers } from "./held-timers.ts";
import type { StepBeforeTimer } from "./next-step.ts";

const INSTANCE = asId<InstanceId>("019a0000-0000-7000-8000-000000000003");
const STATE: InstanceState = {
  id: INSTANCE,
  definitionId: asId<DefinitionId>("019a0000-0000-7000-8000-000000000004"),
  status: "waiting",
  version: 2,
  sequence: 1,
  terminalReached: false,
  unfolded: {},
  tokens: [],
  hidden: { live: 0, active: 0 },
  memory: NOTHING_REMEMBERED,
  signals: null,
  undoable: null,
  parent: null,
};

const SOONER = asId<TimerId>("019a0000-0000-7000-8000-000000000001");
const LATER = asId<TimerId>("019a0000-0000-7000-8000-000000000002");

function waitingStep(context: JsonObject): StepBeforeTimer {
  return {
    executionId: asId<ExecutionId>("019a0000-0000-7000-8000-000000000005"),
    instanceId: INSTANCE,
    definitionId: STATE.definitionId,
    stepName: "pause",
    attempt: 1,
    failedTries: 0,
    lostAttempts: 0,
    heartbeatDetails: null,
    arrivals: [],
    resumption: { kind: "timer" },
    membership: null,
    item: undefined,
    members: [],
    childOutput: null,
    undoes: null,
    depth: 0,
    context,
    metadata: {},
    history: [],
    startedAt: "2026-01-01T00:00:00.000Z",
    createdBy: null,
    tenantId: null,
    state: STATE,
  };
}

/** Timers under a clock that the test moves. @param behind milliseconds by which Postgres' clock is */
function held({ behind = 0, isGone = false, takes = true } = {}) {
  let now = Date.UTC(2026, 0, 1);
  const alarms: { at: number; callback: () => void; canceled: boolean }[] = [];
  const asked: { timerId: string; after: number }[] = [];
  const fired: { timerId: string; after: number; state: InstanceState | undefined }[] = [];
  const taken: { timerId: string; after: number; dueAfter: number; step: StepBeforeTimer }[] = [];
  const begun = now;
  const set = new Map<TimerId, Date>();
  const timers = new HeldTimers({
    find: async (timerId) => {
      asked.push({ timerId, after: now - begun });
      const fireAt = set.get(timerId);
      if (isGone || fireAt === undefined) return null;
      return { timerId, instanceId: INSTANCE, fireAt, dueIn: fireAt.getTime() + behind - now };
    },
    take: async ({ timerId }, step, dueAt) => {
      taken.push({ timerId, after: now - begun, dueAfter: dueAt - begun - behind, step });
      return takes;
    },
    fire: async ({ timerId }, state) =>
      void fired.push({ timerId, after: now - begun - behind, state }),
    now: () => new Date(now),
    monotonic: () => now,
    timers: {
      after: (milliseconds, callback) => {
        const alarm = { at: now + milliseconds, callback, canceled: false };
        alarms.push(alarm);
        return () => void (alarm.canceled = true);
      },
    },
  });
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
  const dueIn = (timerId: TimerId, milliseconds: number, known?: KnownToTimers) => {
    const fireAt = new Date(now + milliseconds);
    set.set(timerId, fireAt);
    return { timerId, fireAt, ...(known === undefined ? {} : { known }) };
  };
  return { timers, asked, taken, fired, moveBy, dueIn };
}

describe("timers that a worker holds", () => {
  test("given two that are due soon, then each is fired when it is due", async () => {
    const { timers, fired, moveBy, dueIn } = held();
    const which = timers.hold([dueIn(LATER, 300), dueIn(SOONER, 20)]);
    expect([...which]).toEqual([LATER, SOONER]);
    await moveBy(1_000);
    expect(fired).toMatchObject([
      { timerId: SOONER, after: 21 },
      { timerId: LATER, after: 301 },
    ]);
  });

  test("given one that is due in a while, then Postgres is asked before that, not when it is due", async () => {
    const { timers, asked, moveBy, dueIn } = held();
    timers.hold([dueIn(LATER, 300)]);
    await moveBy(1_000);
    expect(asked).toEqual([{ timerId: LATER, after: 200 }]);
  });

  test("given the state of its instance, then it is fired from that", async () => {
    const { timers, fired, moveBy, dueIn } = held();
    timers.hold([dueIn(SOONER, 20, { state: STATE, step: null })]);
    await moveBy(1_000);
    expect(fired).toEqual([{ timerId: SOONER, after: 21, state: STATE }]);
  });

  test("given the step that waits, then that is taken before it is due, and nothing is fired", async () => {
    const { timers, taken, fired, moveBy, dueIn } = held({ behind: 30 });
    const step = waitingStep({});
    timers.hold([dueIn(LATER, 300, { state: STATE, step })]);
    await moveBy(1_000);
    expect(taken).toEqual([{ timerId: LATER, after: 200, dueAfter: 300, step }]);
    expect(fired).toEqual([]);
  });

  test("given a step that cannot be taken, then its timer is fired when it is due", async () => {
    const { timers, fired, moveBy, dueIn } = held({ takes: false });
    timers.hold([dueIn(LATER, 300, { state: STATE, step: waitingStep({}) })]);
    await moveBy(1_000);
    expect(fired).toMatchObject([{ timerId: LATER, after: 301 }]);
  });

  test("given a step with a large context, then it is not kept at hand", async () => {
    const { timers, taken, fired, moveBy, dueIn } = held();
    const step = waitingStep({ text: "a".repeat(20_000) });
    timers.hold([dueIn(LATER, 300, { state: STATE, step })]);
    await moveBy(1_000);
    expect(taken).toEqual([]);
    expect(fired).toHaveLength(1);
  });

  test("given one that is due in a minute, then it is left to others", async () => {
    const { timers, fired, moveBy, dueIn } = held();
    expect([...timers.hold([dueIn(LATER, 60_000)])]).toEqual([]);
    await moveBy(120_000);
    expect(fired).toEqual([]);
  });

  test.each([30, 3_000])(
    "given a Postgres whose clock is %i ms behind, then it is fired when that says so",
    async (behind) => {
      const { timers, fired, moveBy, dueIn } = held({ behind });
      timers.hold([dueIn(SOONER, 100)]);
      await moveBy(10_000);
      expect(fired).toMatchObject([{ timerId: SOONER, after: 101 }]);
    },
  );

  test("given one that is no more, then nothing is fired", async () => {
    const { timers, asked, fired, moveBy, dueIn } = held({ isGone: true });
    timers.hold([dueIn(SOONER, 100)]);
    await moveBy(1_000);
    expect(asked).toHaveLength(1);
    expect(fired).toEqual([]);
  });

  test.each([10, 80])(
    "when the worker has to go after %i ms, then it fires nothing more",
    async (after) => {
      const { timers, fired, moveBy, dueIn } = held();
      timers.hold([dueIn(SOONER, 100)]);
      await moveBy(after);
      timers.letGo();
      await moveBy(1_000);
      expect(fired).toEqual([]);
    },
  );
});
