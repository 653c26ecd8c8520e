import { deliverMessages, type Command, type WorkflowStore } from "@drover/engine";
import type { ProcessPorts } from "@drover/platform";
import type { StepQueue } from "@drover/queue";
import type { Logger } from "pino";
import type { LifecycleTeller } from "./lifecycle-teller.ts";
import type { RunningSteps } from "./running-steps.ts";

/** Timers that are due later than this stay in Postgres alone for now. Milliseconds. */
export const NEAR = 60_000;

/** What the worker asks of the queue. */
export type WorkQueue = Pick<
  StepQueue,
  "enqueue" | "setTimers" | "backlog" | "isIntact" | "isBeingFilled" | "takeTurn"
>;

export interface CommandServices {
  readonly store: WorkflowStore;
  readonly queue: WorkQueue;
  readonly running: RunningSteps;
  readonly lifecycle: LifecycleTeller;
  readonly logger: Logger;
  readonly ports: ProcessPorts;
}

/** Does what a commit asks for. Never fails: what is lost here, the sweeper finds in Postgres. */
export async function performCommands(
  { store, queue, running, lifecycle, logger, ports }: CommandServices,
  given: readonly Command[],
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
  try {
    if (scheduled.length > 0) await queue.enqueue(scheduled);
    if (near.length > 0) await queue.setTimers(near);
  } catch (error) {
    logger.warn({ err: error }, "the queue did not take the work; the sweeper hands it over later");
  }
}
