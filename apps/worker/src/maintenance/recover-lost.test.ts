import { asId, type WorkerId } from "@drover/engine";
import { newId } from "@drover/db";
import { there } from "@drover/engine/testing";
import { expect, test } from "vitest";
import { BenchOfOne, oneStep } from "../testing/bench-of-one.ts";
import { Pulse } from "./pulse.ts";
import { recoverLostDuty } from "./recover-lost.ts";

const LOST_AFTER = 5_000;

/** A pulse that has been beating for as long as it takes to judge others. */
function steadyPulse(now: number): Pulse {
  const pulse = new Pulse(LOST_AFTER);
  for (const before of [2 * LOST_AFTER, LOST_AFTER, 0]) pulse.beat(now - before);
  return pulse;
}

test("given a silent worker, then what it ran and what it had kept for itself are handed over", async () => {
  const bench = new BenchOfOne();
  await bench.start(oneStep);
  const running = there(bench.enqueued.shift());
  await bench.start(oneStep);
  const kept = there(bench.enqueued.shift());
  const workerId = asId<WorkerId>(newId());
  const definitionIds = bench.definitions.ids;
  await bench.store.heartbeat({
    workerId,
    host: "elsewhere",
    pid: 1,
    concurrency: 1,
    draining: false,
    definitionIds,
    running: [],
    details: [],
  });
  await bench.store.claim({ ...running, workerId, definitionIds });
  const { services } = bench;
  const duty = recoverLostDuty(services, LOST_AFTER, steadyPulse(services.ports.monotonic()));

  await duty.run();
  expect(bench.enqueued).toEqual([]);

  bench.ahead = 2 * LOST_AFTER;
  await duty.run();
  expect(bench.enqueued).toEqual([
    { executionId: running.executionId, attempt: 2 },
    { executionId: kept.executionId, attempt: 1 },
  ]);
});
