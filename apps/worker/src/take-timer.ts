import { edgeBehindTimer, type ClaimedStep, type FoundTimer } from "@drover/engine";
import { wait, type ProcessPorts } from "@drover/platform";
import { performCommands } from "./commands.ts";
import { stepAfterTimer, type StepBeforeTimer } from "./next-step.ts";
import { carryOnFrom, type StepServices } from "./process-step.ts";

/** Milliseconds that a step whose time has come waits for a place; then somebody else may have one. */
const PATIENCE = 4_000;

/**
 * Takes the step of a timer that is due in a moment, waits for the moment, and carries its branch on:
 * between the moment and the next code lies no statement. A timer step seldom has code of its own; then it
 * has ended with the commit that takes it, as of the moment, and what waits is the step behind it.
 *
 * Invariants:
 * 1. No code runs before the moment, whoever runs it: what is taken stays in this worker's hands until
 *    then, also where it is told to stop. A worker that is lost meanwhile is so for seconds.
 * 2. It takes a place when the moment has come, as everything else does. Where it gets none it leaves this
 *    worker's hands, and the next heartbeat gives it to others.
 *
 * @param before the step as it waits
 * @param dueAt when it is due, by this process's even clock
 * @returns false where the timer is to be fired in the ordinary way
 */
export async function takeTimer(
  services: StepServices,
  { instanceId, timerId, fireAt }: FoundTimer,
  before: StepBeforeTimer,
  dueAt: number,
): Promise<boolean> {
  const { store, workerId, running, definitions, lifecycle } = services;
  if (!mayBegin(services)) return false;
  const edge = edgeBehindTimer(definitions.get(before.definitionId), before.stepName);
  return running.branch(async () => {
    const { state } = before;
    const claim = { workerId, version: state.version, dueAt: fireAt, edge };
    const event = { type: "timer.taken", timerId, ...claim } as const;
    const dispatched = await store.dispatch(instanceId, event, { state });
    lifecycle.committed(dispatched);
    if (dispatched.kind === "stale") return false;
    await performCommands(services, dispatched.commands);
    const step = stepAfterTimer(before, edge, dispatched);
    if (step !== null) await goOnAt(services, step, dueAt);
    return true;
  });
}

/** Whether what is taken now will most likely find a place in a moment. */
function mayBegin({ isDraining, running, ownWork, places }: StepServices): boolean {
  return !isDraining() && !running.isReserved && (ownWork.isBrisk || places.isAnyFree);
}

async function goOnAt(services: StepServices, step: ClaimedStep, dueAt: number): Promise<void> {
  const { running, places, ports } = services;
  const signal = running.begin(step);
  await until(ports, dueAt);
  const carryOn = async () => {
    // Whoever runs the step begins it by itself, in the same turn.
    running.end(step);
    if (!signal.aborted) await carryOnFrom(services, step);
  };
  if ((await places.use("own", PATIENCE, carryOn)) === null) running.end(step);
}

/** A clock's callback may come a little too early. */
async function until({ monotonic, timers }: ProcessPorts, moment: number): Promise<void> {
  for (let left = moment - monotonic(); left > 0; left = moment - monotonic()) {
    await wait(timers, Math.max(1, Math.floor(left)));
  }
}
