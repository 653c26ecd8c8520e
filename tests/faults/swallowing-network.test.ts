import { setTimeout as pause } from "node:timers/promises";
import { SwallowingProxy } from "@drover/db/testing/proxy";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Instance, Problem } from "../support/api-shapes.ts";
import { HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";

/** Seconds that a statement gets. */
const TIMEOUT = 2;

/** Seconds that the network swallows everything; longer than any statement is waited for. */
const AWAY = 8;

/** Milliseconds for work to flow again, on a slow day. */
const FLOWS_AGAIN = 60_000;

let proxy: SwallowingProxy;
let url: string;
beforeAll(async () => {
  ({ proxy, url } = await SwallowingProxy.before(inject("databaseUrl")));
});
afterAll(() => proxy[Symbol.asyncDispose]());

const drover = useDrover(() => ({
  databaseServer: url,
  settings: { DATABASE_TIMEOUT_SECONDS: String(TIMEOUT) },
  workflows: [HELD_WORK],
}));

test("given a network that swallows everything, when it passes on again, then work flows, though every old connection is dead", async () => {
  const { api, programs } = drover();
  using journal = new Journal();
  const input = { directory: journal.directory };
  const held = await api.startMany("held_work", [input, input, input, input]);
  await eventually("the steps are at work", () => {
    const started = held.flatMap(({ id }) => journal.entriesOf(id, "started"));
    return started.filter(({ step }) => step === "hold").length === held.length;
  });

  proxy.swallow();
  const swallowedAt = performance.now();
  // The ends of these steps are sent, and never arrive.
  journal.openGate();
  const start = { definition_name: "held_work", input_data: input };
  const refused = await Promise.all(
    Array.from({ length: 10 }, () => api.request<Problem>("POST", "/instances", start)),
  );
  for (const { status, body } of refused) {
    expect([status, body.code]).toEqual([503, "DATABASE_UNAVAILABLE"]);
  }
  await pause(Math.max(0, AWAY * 1_000 - (performance.now() - swallowedAt)));
  proxy.passOn();
  const passedOnAt = performance.now();

  const { body } = await eventually(
    "starts are taken again",
    async () => {
      const answer = await api.request<Instance>("POST", "/instances", start);
      return answer.status === 201 && answer;
    },
    FLOWS_AGAIN,
  );
  for (const { id } of [...held, body]) await api.untilStatus(id, "completed", FLOWS_AGAIN);
  const seconds = (performance.now() - passedOnAt) / 1_000;
  process.stdout.write(`swallowing network: held work ended ${seconds.toFixed(1)} s after it\n`);
  const lately = Date.now();
  await eventually("all workers beat", async () => {
    const { workers } = await api.queues();
    return workers.every(({ last_heartbeat_at: at }) => Date.parse(at) > lately);
  });
  for (const program of programs) expect(program.isRunning).toBe(true);
}, 240_000);
