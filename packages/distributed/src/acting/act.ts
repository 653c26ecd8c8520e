import {
  deliverMessages,
  type Dispatched,
  type InstanceId,
  type OutsideEvent,
  type SteeringEvent,
  type WorkflowStore,
} from "@drover/engine";
import type { Log } from "../log.ts";
import type { QueueFeeder } from "./queue-feeder.ts";

/** What acting on instances takes. */
export interface ActServices {
  readonly store: Pick<WorkflowStore, "dispatch" | "removeMessages">;
  readonly feeder: QueueFeeder;
  readonly logger: Log;
}

/**
 * Acts on an instance from outside: the event is committed, other instances are told what it means
 * for them, and the queue gets the work that follows. Whoever acts without being a worker does it
 * this way.
 *
 * Once the event is committed nothing fails any more: messages that are not delivered and work that
 * the queue does not get are found by the workers' sweepers.
 * @returns `stale` when the event came too late to matter, or a signal has come before
 * @throws what the core says to an event that cannot be, WorkflowInstanceNotFoundError
 */
export async function act(
  { store, feeder, logger }: ActServices,
  instanceId: InstanceId,
  event: OutsideEvent | SteeringEvent,
): Promise<Dispatched["kind"]> {
  const dispatched = await store.dispatch(instanceId, event);
  if (dispatched.kind === "stale") return "stale";
  const { commands } = dispatched;
  feeder.give(commands);
  const messages = commands.filter((command) => command.type === "deliver");
  const failed = (error: unknown) =>
    logger.warn({ err: error }, "a message was not delivered; workers will deliver it");
  try {
    feeder.give(await deliverMessages(store, messages, { failed }));
  } catch (error) {
    failed(error);
  }
  return "committed";
}
