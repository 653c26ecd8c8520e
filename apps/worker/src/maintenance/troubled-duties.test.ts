import {
  asId,
  MachineStep,
  WorkflowDefinition,
  type InstanceId,
  type MessageId,
} from "@drover/engine";
import { newId } from "@drover/db";
import { there } from "@drover/engine/testing";
import { expect, test } from "vitest";
import { BenchOfOne } from "../testing/bench-of-one.ts";
import { deliverMessagesDuty } from "./deliver-messages.ts";
import { heartbeatDuty } from "./heartbeat.ts";
import { Pulse } from "./pulse.ts";
import { passDeadlinesDuty } from "./timers.ts";

const timeout = () =>
  Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" });
const definition = new WorkflowDefinition({
  name: "sample",
  version: "1.0.0",
  steps: { only: new MachineStep({ execute: () => null }) },
  edges: [],
  initialStep: "only",
  deadline: "PT1S",
});

test("an instance whose deadline cannot be written keeps no other from its own", async () => {
  const bench = new BenchOfOne();
  const stuck = await bench.start(definition);
  const other = await bench.start(definition);
  bench.ahead = 60_000;
  const dispatch = bench.store.dispatch.bind(bench.store);
  bench.store.dispatch = async (id, event) => {
    if (id === stuck) throw timeout();
    return dispatch(id, event);
  };
  const duty = passDeadlinesDuty(bench.services);
  for (let round = 0; round < 3; round += 1) await duty.run().catch(() => undefined);
  expect(bench.store.rows.instance(other).status).toBe("failed");
});

test("a message that cannot be delivered keeps no other from being removed, nor its work from the queue", async () => {
  const bench = new BenchOfOne();
  const stuck = await bench.start(definition);
  const other = await bench.start(definition);
  const message = (instanceId: InstanceId) => {
    const messageId = asId<MessageId>(newId());
    bench.store.rows.messages.set(messageId, {
      messageId,
      instanceId,
      event: { type: "instance.canceled", reason: "x" },
      writtenAt: new Date(0),
    });
  };
  message(stuck);
  message(other);
  const dispatch = bench.store.dispatch.bind(bench.store);
  bench.store.dispatch = async (id, event) => {
    if (id === stuck) throw timeout();
    return dispatch(id, event);
  };
  await deliverMessagesDuty(bench.services).run();
  expect(bench.store.rows.instance(other).status).toBe("canceled");
  expect([...bench.store.rows.messages.values()].map((m) => m.instanceId)).toEqual([stuck]);
});

test("what code said before a heartbeat that failed is told by the next one", async () => {
  const bench = new BenchOfOne();
  await bench.start(definition);
  const { services } = bench;
  const [job] = bench.enqueued.splice(0);
  await bench.store.claim({
    ...there(job),
    workerId: services.workerId,
    definitionIds: bench.definitions.ids,
  });
  services.running.begin(there(job));
  services.running.note({ ...there(job), details: 500 });
  const heartbeat = bench.store.heartbeat.bind(bench.store);
  bench.store.heartbeat = async () => {
    throw timeout();
  };
  const duty = heartbeatDuty(services, 1, 5_000, new Pulse(1_000));
  await duty.run().catch(() => undefined);
  bench.store.heartbeat = heartbeat;
  await duty.run();
  expect(bench.store.rows.execution(there(job).executionId).heartbeatDetails).toBe(500);
});

test("what code says when it is told to stop is there for its next try", async () => {
  const stopping = new WorkflowDefinition({
    name: "stopping",
    version: "1.0.0",
    edges: [],
    initialStep: "long",
    steps: {
      long: new MachineStep({
        execute: (context) =>
          new Promise((_, reject) => {
            context.signal.addEventListener("abort", () => {
              context.heartbeat({ position: 42 });
              reject(new Error("stopped"));
            });
            queueMicrotask(() => bench.abortAll());
          }),
      }),
    },
  });
  const bench = new BenchOfOne();
  await bench.start(stopping);
  const { services } = bench;
  const [job] = bench.enqueued.slice();
  const { processStep } = await import("../process-step.ts");
  await processStep(services, there(bench.enqueued.shift()));
  // as the drain does it: what is left is given back
  await heartbeatDuty(services, 1, 5_000, new Pulse(1_000)).run();
  await bench.store.releaseExecutions(services.workerId, [], 0);
  const claim = await bench.store.claim({
    executionId: there(job).executionId,
    attempt: 2,
    workerId: services.workerId,
    definitionIds: bench.definitions.ids,
  });
  expect(claim.kind === "claimed" && claim.step.heartbeatDetails).toEqual({ position: 42 });
});
