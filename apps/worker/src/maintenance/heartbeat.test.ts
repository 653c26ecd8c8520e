import { expect, test } from "vitest";
import { BenchOfOne, oneStep } from "../testing/bench-of-one.ts";
import { heartbeatDuty } from "./heartbeat.ts";
import { Pulse } from "./pulse.ts";

test("given a claim whose answer was lost, when it has had its time, then it is handed over again", async () => {
  const bench = new BenchOfOne();
  const id = await bench.start(oneStep);
  const { services } = bench;
  const [job] = bench.enqueued.splice(0);
  if (job === undefined) throw new Error("nothing was enqueued");
  const { workerId } = services;
  await bench.store.claim({ ...job, workerId, definitionIds: bench.definitions.ids });
  const heartbeat = heartbeatDuty(services, 1, 5_000, new Pulse(1_000));

  await heartbeat.run();
  expect(bench.enqueued).toEqual([]);

  bench.ahead = 10_000;
  await heartbeat.run();
  expect(bench.enqueued).toEqual([{ executionId: job.executionId, attempt: 2 }]);
  await bench.processAll();
  expect(bench.store.rows.instance(id).status).toBe("completed");
});

test("given a step that runs here, then it is left alone; canceled, its code is told to stop", async () => {
  const bench = new BenchOfOne();
  const id = await bench.start(oneStep);
  const { services } = bench;
  const [job] = bench.enqueued.splice(0);
  if (job === undefined) throw new Error("nothing was enqueued");
  const { workerId, running } = services;
  await bench.store.claim({ ...job, workerId, definitionIds: bench.definitions.ids });
  const signal = running.begin(job);
  bench.ahead = 10_000;
  const heartbeat = heartbeatDuty(services, 1, 5_000, new Pulse(1_000));

  await heartbeat.run();
  expect(signal.aborted).toBe(false);
  expect(bench.steps(id)).toEqual(["only running"]);

  await bench.store.dispatch(id, { type: "instance.canceled", reason: "enough" });
  await heartbeat.run();
  expect(signal.aborted).toBe(true);
});
