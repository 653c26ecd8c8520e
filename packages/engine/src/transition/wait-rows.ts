import { asId, type ExecutionId, type SignalId, type TaskId, type TimerId } from "../ids.ts";
import type { NewCallback, NewSignal, NewTask, NewTimer, TaskChange } from "../state/changes.ts";
import type { TaskCompleted, WaitRequest } from "../state/events.ts";
import type { KeptSignal, Wait, WaitingToken } from "../state/instance-state.ts";
import type { JsonValue } from "../json.ts";
import type { NewInstance } from "./start.ts";
import type { Environment } from "./environment.ts";

/** What waits for something outside of the instance, as groups wait for their own members. */
export type OutsideWaitRequest = Exclude<WaitRequest, { kind: "group" }>;

/** The rows that belong to waits: what one transition opens and closes. */
export class WaitRows {
  readonly newInstances: NewInstance[] = [];
  readonly takenSignals: SignalId[] = [];
  readonly newSignals: NewSignal[] = [];
  newTasks: NewTask[] = [];
  newTimers: NewTimer[] = [];
  newCallbacks: NewCallback[] = [];
  readonly closedWaits: ExecutionId[] = [];
  readonly #tasks = new Map<TaskId, TaskChange>();
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  get tasks(): TaskChange[] {
    return [...this.#tasks.values()];
  }

  /** Opens what a step asks for. */
  open(executionId: ExecutionId, stepName: string, request: OutsideWaitRequest): Wait {
    switch (request.kind) {
      case "task": {
        const { kind, ...task } = request;
        const taskId = asId<TaskId>(this.#environment.newId());
        this.newTasks.push({ ...task, taskId, executionId, stepName });
        return { kind, taskId, assigneeId: request.assigneeId };
      }
      case "timer":
        return { kind: "timer", timerId: this.openTimer(executionId, request.fireAt) };
      case "callback": {
        const { tokenHash, callbackKey } = request;
        this.newCallbacks.push({ executionId, tokenHash, callbackKey });
        return { kind: "callback" };
      }
      case "signal": {
        const { name, timeoutAt } = request;
        const timerId = timeoutAt === null ? null : this.openTimer(executionId, timeoutAt);
        return { kind: "signal", name, timerId };
      }
      case "child":
        this.newInstances.push(request.instance);
        return { kind: "child", instanceId: request.instance.instanceId };
    }
  }

  openTimer(executionId: ExecutionId, fireAt: Date): TimerId {
    const timerId = asId<TimerId>(this.#environment.newId());
    this.newTimers.push({ timerId, executionId, fireAt });
    return timerId;
  }

  /** Nobody waits any more. What this same transition has opened is not written in the first place. */
  close({ executionId, wait }: WaitingToken): void {
    const others = (row: { executionId: ExecutionId }) => row.executionId !== executionId;
    this.newTimers = this.newTimers.filter(others);
    this.newCallbacks = this.newCallbacks.filter(others);
    this.newTasks = this.newTasks.filter(others);
    this.closedWaits.push(executionId);
    if (wait.kind === "task") this.#closeTask(wait.taskId);
  }

  /**
   * Takes the oldest signal of a name: one that was kept, or that has come in this transition.
   * @returns its payload, undefined where there is none
   */
  takeSignal(kept: readonly KeptSignal[], name: string): JsonValue | undefined {
    const old = kept.find(
      (signal) => signal.name === name && !this.takenSignals.includes(signal.signalId),
    );
    if (old !== undefined) {
      this.takenSignals.push(old.signalId);
      return old.payload;
    }
    const index = this.newSignals.findIndex((signal) => signal.name === name && !signal.taken);
    const fresh = this.newSignals[index];
    if (fresh === undefined) return undefined;
    this.newSignals[index] = { ...fresh, taken: true };
    return fresh.payload;
  }

  completeTask(event: TaskCompleted): void {
    this.#changeTask(event.taskId, {
      status: "completed",
      completedBy: event.completedBy,
      completedAt: this.#environment.now,
      data: event.data,
      comment: event.comment,
    });
  }

  reassignTask(taskId: TaskId, assigneeId: string): void {
    this.#changeTask(taskId, { status: "pending", assigneeId });
  }

  /** A completed task stays so; its wait is closed all the same. */
  #closeTask(taskId: TaskId): void {
    if (this.#tasks.get(taskId)?.status === "completed") return;
    this.#changeTask(taskId, { status: "canceled" });
  }

  /** A task has one row: what happens to it in one transition is one change. */
  #changeTask(taskId: TaskId, change: Partial<TaskChange> & Pick<TaskChange, "status">): void {
    const before = this.#tasks.get(taskId) ?? UNCHANGED;
    this.#tasks.set(taskId, { ...before, ...change, taskId });
  }
}

const UNCHANGED = {
  assigneeId: null,
  completedBy: null,
  completedAt: null,
  data: null,
  comment: null,
};
