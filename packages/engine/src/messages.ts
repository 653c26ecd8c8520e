import { InvariantError, WorkflowsError } from "./errors.ts";
import type { MessageId } from "./ids.ts";
import type { Command } from "./state/changes.ts";
import type { Dispatched, WorkflowStore } from "./store.ts";

/** Is told what the delivery of each message has come to. */
interface DeliveryWatch {
  readonly dispatched?: (dispatched: Dispatched) => void;
  /** A message could not be delivered now; its row stays, for whoever looks for such. */
  readonly failed?: (error: unknown) => void;
}

type Deliver = Extract<Command, { type: "deliver" }>;

/**
 * Delivers what instances have to tell each other, and what follows from that. A message that comes
 * twice, or to an instance that is over, does nothing.
 * @returns the commands that are left to do: those given, and those that followed
 * @throws what removing the messages throws; they are delivered again then, to no effect
 */
export async function deliverMessages(
  store: Pick<WorkflowStore, "dispatch" | "removeMessages">,
  commands: readonly Command[],
  watch: DeliveryWatch = {},
): Promise<Command[]> {
  const rest: Command[] = [];
  let open = commands;
  while (open.length > 0) {
    const messages = open.filter((command) => command.type === "deliver");
    rest.push(...open.filter((command) => command.type !== "deliver"));
    const followed: Command[] = [];
    const delivered: MessageId[] = [];
    const deliveries = messages.map(async (message) => {
      try {
        followed.push(...(await deliver(store, message, watch)));
        delivered.push(message.messageId);
      } catch (error) {
        watch.failed?.(error);
      }
    });
    await Promise.all(deliveries);
    if (delivered.length > 0) await store.removeMessages(delivered);
    open = followed;
  }
  return rest;
}

async function deliver(
  store: Pick<WorkflowStore, "dispatch">,
  { instanceId, event }: Deliver,
  watch: DeliveryWatch,
): Promise<readonly Command[]> {
  try {
    const dispatched = await store.dispatch(instanceId, event);
    watch.dispatched?.(dispatched);
    return dispatched.kind === "committed" ? dispatched.commands : [];
  } catch (error) {
    // The instance is over or gone: nobody is left who would want to know.
    if (error instanceof WorkflowsError && !(error instanceof InvariantError)) return [];
    throw error;
  }
}
