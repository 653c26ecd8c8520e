import { isSignalKnown, type Queries } from "@drover/db";
import {
  asId,
  type InstanceId,
  type JsonValue,
  type NewId,
  type SignalId,
  WorkflowAlreadyCompletedError,
} from "@drover/engine";
import { act, type ActServices } from "./act.ts";

export interface SignalServices extends ActServices {
  readonly queries: Queries;
  readonly newId: NewId;
}

export interface Signal {
  readonly name: string;
  readonly payload: JsonValue;
  /** The sender's own id: the same one again is the same signal. Null for none. */
  readonly deduplicationId: string | null;
}

/**
 * Sends a signal to an instance. Who has to ask again whether it came says the same id again, also
 * when the signal itself has ended the instance meanwhile.
 * @returns `duplicate` when the id was sent before: nothing has changed
 * @throws WorkflowInstanceNotFoundError, WorkflowAlreadyCompletedError
 */
export async function sendSignal(
  services: SignalServices,
  instanceId: InstanceId,
  signal: Signal,
): Promise<"accepted" | "duplicate"> {
  const signalId = asId<SignalId>(services.newId());
  try {
    const event = { type: "signal.received", signalId, ...signal } as const;
    const acted = await act(services, instanceId, event);
    return acted === "stale" ? "duplicate" : "accepted";
  } catch (error) {
    const { name, deduplicationId } = signal;
    const isOver = error instanceof WorkflowAlreadyCompletedError;
    if (!isOver || deduplicationId === null) throw error;
    if (await isSignalKnown(services.queries, instanceId, name, deduplicationId))
      return "duplicate";
    throw error;
  }
}
