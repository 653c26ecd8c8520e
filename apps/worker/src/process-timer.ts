import type { JobVerdict, StepJob } from "@drover/queue";
import type { DueTimer, InstanceState } from "@drover/engine";
import { performCommands } from "./commands.ts";
import type { StepServices } from "./process-step.ts";

/**
 * A timer's job has come up: fires the timer, unless that has happened or it came too early by the
 * clock of the store. The job's own time comes of the clocks of two other processes.
 */
export async function processTimer(
  services: StepServices,
  job: Extract<StepJob, { kind: "timer" }>,
): Promise<JobVerdict> {
  const timer = await services.store.findTimer(job.timerId);
  if (timer === null) return "done";
  if (timer.dueIn > 0) return { offerAgainIn: Math.ceil(timer.dueIn) };
  await fireTimer(services, timer);
  return "done";
}

/**
 * The step that waited is scheduled again. Firing twice is harmless.
 * @param state the instance's, where it is known
 */
export async function fireTimer(
  services: StepServices,
  { instanceId, timerId }: DueTimer,
  state?: InstanceState,
): Promise<void> {
  const event = { type: "timer.fired", timerId } as const;
  const known = state === undefined ? {} : { state };
  const dispatched = await services.store.dispatch(instanceId, event, known);
  services.lifecycle.committed(dispatched);
  if (dispatched.kind === "committed") await performCommands(services, dispatched.commands);
}
