import { bundledJobs, QueueUnavailableError, stepJob } from "@drover/queue";
import type { Network, Site } from "../network.ts";
import type { SimulatedProcess } from "../process.ts";
import type { SimulatedQueue } from "./simulated-queue.ts";
import type { WorkQueue } from "@drover/worker";

/** Milliseconds that callers wait for the queue: `HANDOVER_TIMEOUT` of packages/queue. */
const PATIENCE = 1_500;

/** The queue as processes reach it. */
export function queueSite(queue: SimulatedQueue): Site {
  return {
    name: "queue",
    isAway: () => queue.isAway,
    lost: () => new QueueUnavailableError(new Error("no answer in time")),
    patience: PATIENCE,
    undone: null,
  };
}

/** What a process asks of the queue when it hands work over: `StepQueue` over the network. */
export function queueOver(
  network: Network,
  from: SimulatedProcess,
  { queue, site }: { readonly queue: SimulatedQueue; readonly site: Site },
): WorkQueue {
  const call = <T>(name: string, carryOut: () => T, matters = false) =>
    network.call(from, site, { name, carryOut, matters });
  return {
    enqueue: (executions) =>
      call("enqueue", () => queue.addSteps(executions, bundledJobs(executions)), true),
    enqueueAgain: (executions) =>
      call("enqueue again", () => queue.addSteps(executions, executions.map(stepJob)), true),
    setTimers: (timers) => {
      if (timers.length === 0) return Promise.resolve();
      const now = from.ports.now().getTime();
      return call("setTimers", () => {
        for (const { timerId, fireAt } of timers) {
          queue.addTimer({ kind: "timer", timerId }, Math.max(0, fireAt.getTime() - now));
        }
      });
    },
    backlog: () => call("backlog", () => queue.backlog).catch(() => null),
    isIntact: () => call("isIntact", () => queue.isMarked),
    isBeingFilled: () => call("isBeingFilled", () => queue.isBeingFilled),
    takeTurn: async () => {
      const turn = await call("takeTurn", () => queue.takeTurn());
      if (turn === null) return null;
      const { token, progress } = turn;
      return {
        progress,
        keep: (reached) => call("keepTurn", () => queue.keepTurn(token, reached)),
        finish: () => call("finishTurn", () => queue.finishTurn(token)),
        giveUp: () => call("giveUpTurn", () => queue.giveUpTurn(token)),
      };
    },
  };
}
