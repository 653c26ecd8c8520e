import type { WorkflowEvent, WorkflowStore } from "@drover/engine";
import type { FaultSwitch } from "./fault-switch.ts";
import { isEmpty, withFaults, type Around } from "./with-faults.ts";

const CALLS: Partial<Readonly<Record<keyof WorkflowStore, Around>>> = {
  startInstances: { before: "before-start-commit", after: "after-start-commit" },
  claim: { before: "before-claim", after: "after-claim" },
  heartbeat: { before: "before-heartbeat", after: "after-heartbeat" },
  recoverLostExecutions: { before: "before-recovery", after: "after-recovery", afterSome: true },
  takeUndispatched: { before: "before-sweep", after: "after-sweep", afterSome: true },
  releaseExecutions: { before: "before-release", after: "after-release", afterSome: true },
  removeMessages: { before: "before-message-removal", after: "after-message-removal" },
  removeWorker: { before: "before-farewell", after: "after-farewell" },
};

const QUEUE_CALLS: Readonly<Record<string, Around>> = {
  enqueue: { before: "before-enqueue", after: "after-enqueue" },
  setTimers: { before: "before-set-timers", after: "after-set-timers" },
};

/** The end of a turn at filling the queue says that the queue is intact. */
const TURN_CALLS: Readonly<Record<string, Around>> = {
  finish: { before: "before-queue-is-intact", after: "after-queue-is-intact" },
};

/** What the faults of a queue need to know of it. */
interface FillableQueue {
  takeTurn(): Promise<object | null>;
}

/** The store with fault points around what it writes; the store itself where there are no faults. */
export function storeWithFaults<Store extends WorkflowStore>(
  store: Store,
  faults: FaultSwitch | null,
): Store {
  if (faults === null) return store;
  return withFaults(store, faults, (method, args) => {
    // The second argument of a dispatch, as the port says.
    if (method === "dispatch") return aroundCommit(args[1] as WorkflowEvent);
    return CALLS[method as keyof WorkflowStore] ?? null;
  });
}

/** What takes the steps that a worker is given, with a fault point before it. */
export function takeWithFaults<Step>(
  take: (step: Step) => void,
  faults: FaultSwitch | null,
): (step: Step) => void {
  if (faults === null) return take;
  return (step) => {
    faults.pass("first-step-given");
    take(step);
  };
}

/** The queue with fault points around what it is told; the queue itself where there are no faults. */
export function queueWithFaults<Queue extends FillableQueue>(
  queue: Queue,
  faults: FaultSwitch | null,
): Queue {
  if (faults === null) return queue;
  const told = withFaults(queue, faults, (method, args) => {
    // To tell the queue nothing is no step on the way of any work.
    return isEmpty(args[0]) ? null : (QUEUE_CALLS[method] ?? null);
  });
  const takeTurn = async () => {
    const turn = await queue.takeTurn();
    return turn && withFaults(turn, faults, (method) => TURN_CALLS[method] ?? null);
  };
  return new Proxy(told, {
    get: (target, name): unknown => (name === "takeTurn" ? takeTurn : Reflect.get(target, name)),
  });
}

function aroundCommit(event: WorkflowEvent): Around {
  switch (event.type) {
    case "step.succeeded":
    case "step.skipped":
    case "step.failed":
    case "step.retrying":
    case "step.waiting":
      return { before: "before-commit", after: "after-commit" };
    case "timer.fired":
    case "timer.taken":
    case "deadline.passed":
      return { before: "before-timer-commit", after: "after-timer-commit" };
    case "task.completed":
    case "task.reassigned":
      return { before: "before-task-commit", after: "after-task-commit" };
    case "callback.received":
      return { before: "before-callback-commit", after: "after-callback-commit" };
    case "signal.received":
      return { before: "before-signal-commit", after: "after-signal-commit" };
    case "child.ended":
      return { before: "before-message-commit", after: "after-message-commit" };
    case "instance.canceled":
    case "instance.paused":
    case "instance.resumed":
    case "instance.retried":
    case "step.skip-requested":
    case "step.scheduled":
      return { before: "before-steering-commit", after: "after-steering-commit" };
  }
}
