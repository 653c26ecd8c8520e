import { hostname } from "node:os";
import type { ExecutionId } from "@drover/engine";
import type { StepServices } from "../process-step.ts";
import type { Duty } from "./loop.ts";

/** Milliseconds; several beats fit into the time after which a worker counts as dead. */
const EVERY = 1_000;

/**
 * Says that the worker lives, stops the code of steps that are no longer its own, and gives up
 * those whose end could not be written.
 */
export function heartbeatDuty(
  services: StepServices,
  concurrency: number,
  abandoned: Set<ExecutionId>,
): Duty {
  const { store, workerId, running, queue } = services;
  const run = async () => {
    const lost = await store.heartbeat({
      workerId,
      host: hostname().slice(0, 255),
      pid: process.pid,
      concurrency,
      draining: services.isDraining(),
      running: running.ids,
    });
    for (const id of lost) running.abort(id, "the step was canceled or taken over");
    if (abandoned.size === 0) return;
    const given = [...abandoned];
    const released = await store.releaseExecutions(workerId, given);
    for (const id of given) abandoned.delete(id);
    await queue.enqueue(released);
  };
  return { name: "heartbeat", every: EVERY, run };
}
