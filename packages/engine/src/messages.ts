import { InvariantError, WorkflowsError } from "./errors.ts";
import type { Command } from "./state/changes.ts";
import type { Dispatched, WorkflowStore } from "./store.ts";

/** Is told what the delivery of a message has come to. */
type DispatchObserver = (dispatched: Dispatched) => void;

type Deliver = Extract<Command, { type: "deliver" }>;

/**
 * Delivers what instances have to tell each other, and what follows from that. A message that comes
 * twice, or to an instance that is over, does nothing.
 * @returns the commands that are left to do: those given, and those that followed
 */
export async function deliverMessages(
  store: Pick<WorkflowStore, "dispatch" | "removeMessages">,
  commands: readonly Command[],
  onDispatched: DispatchObserver = () => {},
): Promise<Command[]> {
  const rest: Command[] = [];
  let open = commands;
  while (open.length > 0) {
    const messages = open.filter((command) => command.type === "deliver");
    rest.push(...open.filter((command) => command.type !== "deliver"));
    const followed = await Promise.all(
      messages.map((message) => deliver(store, message, onDispatched)),
    );
    if (messages.length > 0) {
      await store.removeMessages(messages.map((message) => message.messageId));
    }
    open = followed.flat();
  }
  return rest;
}

async function deliver(
  store: Pick<WorkflowStore, "dispatch">,
  { instanceId, event }: Deliver,
  onDispatched: DispatchObserver,
): Promise<readonly Command[]> {
  try {
    const dispatched = await store.dispatch(instanceId, event);
    onDispatched(dispatched);
    return dispatched.kind === "committed" ? dispatched.commands : [];
  } catch (error) {
    // The instance is over or gone: nobody is left who would want to know.
    if (error instanceof WorkflowsError && !(error instanceof InvariantError)) return [];
    throw error;
  }
}
