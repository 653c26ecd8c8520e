import { newId } from "@drover/db";
import {
  asId,
  type Command,
  type Dispatched,
  type ExecutionId,
  type InstanceId,
  type MessageId,
  type ScheduledExecution,
  type WorkflowEvent,
} from "@drover/engine";
import { expect, test } from "vitest";
import { act, type ActServices } from "./act.ts";
import { QueueFeeder } from "./queue-feeder.ts";

const outer = asId<InstanceId>(newId());
const inner = asId<InstanceId>(newId());
const event = { type: "instance.canceled", reason: "enough" } as const;

const enqueue = (): Extract<Command, { type: "enqueue" }> => ({
  type: "enqueue",
  executionId: asId<ExecutionId>(newId()),
  attempt: 2,
});

interface Scene {
  readonly services: ActServices;
  readonly enqueued: ScheduledExecution[];
  readonly dispatched: [InstanceId, WorkflowEvent["type"]][];
  readonly removed: MessageId[];
  readonly warnings: string[];
}

/** A store that answers an event to an instance with commands; none stands for a store that breaks. */
function aScene(answers: ReadonlyMap<InstanceId, readonly Command[] | "stale">): Scene {
  const scene = { enqueued: [], dispatched: [], removed: [], warnings: [] } as Omit<
    Scene,
    "services"
  >;
  const logger = {
    info: () => {},
    warn: (_: unknown, message: string) => void scene.warnings.push(message),
  };
  const queue = {
    enqueue: async (executions: readonly ScheduledExecution[]) =>
      void scene.enqueued.push(...executions),
  };
  const store: ActServices["store"] = {
    dispatch: async (instanceId, given) => {
      scene.dispatched.push([instanceId, given.type]);
      const commands = answers.get(instanceId);
      if (commands === undefined) throw new Error("the database is away");
      if (commands === "stale") return { kind: "stale" };
      // Nobody looks at the state here.
      return { kind: "committed", commands, inline: null } as unknown as Dispatched;
    },
    removeMessages: async (ids) => void scene.removed.push(...ids),
  };
  return { ...scene, services: { store, logger, feeder: new QueueFeeder(queue, logger) } };
}

const message: Extract<Command, { type: "deliver" }> = {
  type: "deliver",
  messageId: asId<MessageId>(newId()),
  instanceId: inner,
  event,
};

test("given an event that concerns another instance, when acted, then that one is told and all work is handed over once", async () => {
  const [here, there] = [enqueue(), enqueue()];
  const scene = aScene(
    new Map([
      [outer, [here, message]],
      [inner, [there]],
    ]),
  );
  expect(await act(scene.services, outer, event)).toBe("committed");
  await scene.services.feeder.idle();
  expect(scene.dispatched).toEqual([
    [outer, event.type],
    [inner, event.type],
  ]);
  expect(scene.removed).toEqual([message.messageId]);
  expect(scene.enqueued).toEqual([here, there]);
});

test("given another instance that cannot be told, when acted, then the event counts all the same", async () => {
  const here = enqueue();
  const scene = aScene(new Map([[outer, [here, message]]]));
  expect(await act(scene.services, outer, event)).toBe("committed");
  await scene.services.feeder.idle();
  expect(scene.enqueued).toHaveLength(1);
  expect(scene.removed).toEqual([]);
  expect(scene.warnings).toEqual(["a message was not delivered; workers will deliver it"]);
});

test("given an event that comes too late, when acted, then nothing follows", async () => {
  const scene = aScene(new Map([[outer, "stale" as const]]));
  expect(await act(scene.services, outer, event)).toBe("stale");
  await scene.services.feeder.idle();
  expect(scene.enqueued).toEqual([]);
});
