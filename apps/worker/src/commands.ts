import { deliverMessages, type Command, type TimerId, type WorkflowStore } from "@drover/engine";
import type { ProcessPorts } from "@drover/platform";
import type { StepQueue } from "@drover/queue";
import type { Logger } from "pino";
import type { HeldTimers, KnownToTimers, SetTimer } from "./held-timers.ts";
import type { LifecycleTeller } from "./lifecycle-teller.ts";
import type { OwnWork } from "./own-work.ts";
import type { RunningSteps } from "./running-steps.ts";

/** Timers that are due later than this stay in Postgres alone for now. Milliseconds. */
export const NEAR = 60_000;

/** Milliseconds after which the queue brings up a timer that this worker should have fired. */
const SECOND_NET = 250;

/** What the worker asks of the queue. */
export type WorkQueue = Pick<
  StepQueue,
  "enqueue" | "enqueueAgain" | "setTimers" | "backlog" | "isIntact" | "isBeingFilled" | "takeTurn"
>;

export interface CommandServices {
  readonly store: WorkflowStore;
  readonly queue: WorkQueue;
  readonly running: RunningSteps;
  readonly heldTimers: Pick<HeldTimers, "hold">;
  readonly ownWork: Pick<OwnWork, "keep">;
  readonly lifecycle: LifecycleTeller;
  readonly logger: Logger;
  readonly ports: ProcessPorts;
}

/**
 * Does what a commit asks for. Never fails: what is lost here, the sweeper finds in Postgres.
 * @param known the instance as the commit has left it, where timers are to go on from that
 */
export async function performCommands(
  { store, queue, running, heldTimers, ownWork, lifecycle, logger, ports }: CommandServices,
  given: readonly Command[],
  known?: KnownToTimers,
): Promise<void> {
  const failed = (error: unknown) =>
    logger.warn({ err: error }, "a message was not delivered; it is delivered later");
  const commands = await deliverMessages(store, given, {
    dispatched: (dispatched) => lifecycle.committed(dispatched),
    failed,
  }).catch((error: unknown) => {
    failed(error);
    return [...given];
  });
  const scheduled = commands.filter((command) => command.type === "enqueue");
  const near = commands
    .filter((command) => command.type === "set-timer")
    .filter((timer) => timer.fireAt.getTime() - ports.now().getTime() < NEAR);
  for (const command of commands) {
    if (command.type === "abort") running.abort(command, "the step was canceled");
  }
  const held = heldTimers.hold(near.map((timer) => toHold(timer, known)));
  const forOthers = ownWork.keep(scheduled);
  try {
    if (forOthers.length > 0) await queue.enqueue(forOthers);
    if (near.length > 0) await queue.setTimers(near.map((timer) => netFor(timer, held)));
  } catch (error) {
    logger.warn({ err: error }, "the queue did not take the work; the sweeper hands it over later");
  }
}

function toHold(
  { instanceId, timerId, fireAt }: Extract<Command, { type: "set-timer" }>,
  known: KnownToTimers | undefined,
): SetTimer {
  // What messages have set belongs to other instances.
  return { timerId, fireAt, ...(known?.state.id === instanceId ? { known } : {}) };
}

/** For a timer that is held the queue is the second net: it need not come up before the first has had its turn. */
function netFor(timer: SetTimer, held: ReadonlySet<TimerId>): SetTimer {
  const { timerId, fireAt } = timer;
  return held.has(timerId) ? { timerId, fireAt: new Date(fireAt.getTime() + SECOND_NET) } : timer;
}
