import type { FlowGraph } from "../graph/flow-graph.ts";
import {
  asId,
  type ExecutionId,
  type NewId,
  type TaskId,
  type TimerId,
  type WorkerId,
} from "../ids.ts";
import { isTerminal, type WorkflowStatus } from "../status.ts";
import type { JsonObject } from "../json.ts";
import type {
  ExecutionChange,
  NewCallback,
  NewExecution,
  NewTask,
  NewTimer,
  TaskChange,
} from "../state/changes.ts";
import type { WaitRequest } from "../state/events.ts";
import { endedExecution, movedExecution, type Ending } from "./execution-changes.ts";
import type {
  Arrival,
  InstanceState,
  PendingToken,
  Resumption,
  RunningToken,
  Token,
  Wait,
  WaitingToken,
} from "../state/instance-state.ts";

/** What the shell gives to a transition: the core has neither clock nor dice. */
export interface Environment {
  readonly now: Date;
  readonly newId: NewId;
}

/** A token on the workbench: as it was stored (null: new in this transition) and as it is now. */
interface DraftToken {
  readonly stored: Token | null;
  readonly current: Token;
  readonly arrivals: readonly Arrival[] | null;
  readonly resumption: Resumption | null;
  readonly assignedTo: string | null;
  readonly completedBy: string | null;
  readonly workerId: WorkerId | null;
}

const UNTOUCHED = {
  arrivals: null,
  resumption: null,
  assignedTo: null,
  completedBy: null,
  workerId: null,
} as const;

/**
 * The workbench of one transition: starts from a state, takes moves, and gives what they add up
 * to. It knows tokens and rows, not the rules of the flow; those are in the files beside it.
 */
export class Draft {
  readonly graph: FlowGraph;
  readonly state: InstanceState;
  readonly environment: Environment;
  status: WorkflowStatus;
  error: string | null = null;
  sequence: number;
  terminalReached: boolean;
  contextChanges: JsonObject = {};

  readonly #tokens: Map<ExecutionId, DraftToken>;
  readonly ended: ExecutionChange[] = [];
  readonly newTasks: NewTask[] = [];
  readonly tasks: TaskChange[] = [];
  readonly newTimers: NewTimer[] = [];
  readonly newCallbacks: NewCallback[] = [];
  readonly closedWaits: ExecutionId[] = [];

  constructor(graph: FlowGraph, state: InstanceState, environment: Environment) {
    this.graph = graph;
    this.state = state;
    this.environment = environment;
    this.status = state.status;
    this.sequence = state.sequence;
    this.terminalReached = state.terminalReached;
    this.#tokens = new Map(
      state.tokens.map((token) => [
        token.executionId,
        { stored: token, current: token, ...UNTOUCHED },
      ]),
    );
  }

  get tokens(): Token[] {
    return [...this.#tokens.values()].map((draft) => draft.current);
  }

  get isOver(): boolean {
    return isTerminal(this.status);
  }

  /** The running token of an attempt; undefined when the attempt is stale. */
  running(executionId: ExecutionId, attempt: number): RunningToken | undefined {
    const token = this.#tokens.get(executionId)?.current;
    return token?.status === "running" && token.attempt === attempt ? token : undefined;
  }

  waiting(matches: (wait: Wait, executionId: ExecutionId) => boolean): WaitingToken | undefined {
    return this.tokens.find(
      (token): token is WaitingToken =>
        token.status === "waiting" && matches(token.wait, token.executionId),
    );
  }

  /** Puts a new token before a step: to wait at its join, or ready to run. */
  place(stepName: string, status: "pending" | "scheduled", arrivals: readonly Arrival[]): void {
    const executionId = asId<ExecutionId>(this.environment.newId());
    const base = { executionId, stepName, attempt: 1 };
    this.#tokens.set(executionId, {
      ...UNTOUCHED,
      stored: null,
      current: status === "pending" ? { ...base, status, arrivals } : { ...base, status },
      arrivals,
    });
  }

  /** Another token has come to a join that waits already. */
  join(token: PendingToken, arrivals: readonly Arrival[]): void {
    const together = [...token.arrivals, ...arrivals];
    this.#update(token, { ...token, arrivals: together }, { arrivals: together });
  }

  /** A join has all it waits for. */
  release(token: PendingToken): void {
    const { executionId, stepName, attempt } = token;
    this.#update(token, { executionId, stepName, attempt, status: "scheduled" }, {});
  }

  /** The worker that ended the step before goes on with this one itself. */
  claim(token: Token, workerId: WorkerId): void {
    const { executionId, stepName, attempt } = token;
    this.#update(token, { executionId, stepName, attempt, status: "running" }, { workerId });
  }

  /** A running step waits from now on. */
  park(token: RunningToken, request: WaitRequest): void {
    const { executionId, stepName, attempt } = token;
    const wait = this.#open(token, request);
    const assignedTo = wait.kind === "task" ? wait.assigneeId : null;
    this.#update(
      token,
      { executionId, stepName, attempt, status: "waiting", wait },
      { assignedTo },
    );
  }

  /** What a step waited for has come: ready again, under a new attempt. */
  wake(token: WaitingToken, resumption: Resumption): void {
    const { executionId, stepName, attempt } = token;
    const completedBy = resumption.kind === "task" ? resumption.completedBy : null;
    this.#update(
      token,
      { executionId, stepName, attempt: attempt + 1, status: "scheduled" },
      { resumption, completedBy },
    );
    this.closedWaits.push(executionId);
  }

  /** Somebody else is to complete the task. */
  reassign(token: WaitingToken, wait: Extract<Wait, { kind: "task" }>): void {
    this.#update(token, { ...token, wait }, { assignedTo: wait.assigneeId });
  }

  end(token: Token, ending: Ending): void {
    const stored = this.#tokens.get(token.executionId)?.stored ?? null;
    this.#tokens.delete(token.executionId);
    if (stored === null) return;
    this.sequence += 1;
    if (ending.contextChanges !== undefined) this.merge(ending.contextChanges);
    if (stored.status === "waiting") this.#closeWait(stored);
    this.ended.push(endedExecution(stored, ending, this.sequence, this.environment.now));
  }

  /** Ends every token that is left, with the reason on its row. */
  cancelAll(reason: string): void {
    for (const token of this.tokens) {
      const error = { type: "Canceled", message: reason, stack: null, cause: null };
      this.end(token, { status: "canceled", error });
    }
  }

  merge(changes: JsonObject): void {
    this.contextChanges = { ...this.contextChanges, ...changes };
  }

  /** Tokens that this transition has placed, in the order of placing. */
  get placed(): Token[] {
    return [...this.#tokens.values()]
      .filter((draft) => draft.stored === null)
      .map((draft) => draft.current);
  }

  /** Rows to insert for the tokens that are new. */
  get newExecutions(): NewExecution[] {
    return [...this.#tokens.values()].flatMap(({ stored, current, arrivals, workerId }) => {
      if (stored !== null || current.status === "waiting") return [];
      return {
        executionId: current.executionId,
        stepName: current.stepName,
        stepType: this.graph.step(current.stepName).type,
        status: current.status,
        attempt: current.attempt,
        workerId,
        contextSequence: workerId === null ? null : this.sequence,
        arrivals: arrivals ?? [],
        createdAt: this.environment.now,
      };
    });
  }

  /** Rows to update: tokens that moved and live on, and those that ended. */
  get executions(): ExecutionChange[] {
    const moved = [...this.#tokens.values()].flatMap((draft) => {
      const { stored, current } = draft;
      return stored === null || stored === current ? [] : movedExecution(stored, current, draft);
    });
    return [...this.ended, ...moved];
  }

  #update(token: Token, current: Token, touched: Partial<DraftToken>): void {
    const draft = this.#tokens.get(token.executionId);
    if (draft !== undefined) {
      this.#tokens.set(token.executionId, { ...draft, ...touched, current });
    }
  }

  #open(token: RunningToken, request: WaitRequest): Wait {
    const { executionId, stepName } = token;
    switch (request.kind) {
      case "task": {
        const { kind, ...task } = request;
        const taskId = asId<TaskId>(this.environment.newId());
        this.newTasks.push({ ...task, taskId, executionId, stepName });
        return { kind, taskId, assigneeId: request.assigneeId };
      }
      case "timer": {
        const timerId = asId<TimerId>(this.environment.newId());
        this.newTimers.push({ timerId, executionId, fireAt: request.fireAt });
        return { kind: "timer", timerId };
      }
      case "callback": {
        const { tokenHash, callbackKey } = request;
        this.newCallbacks.push({ executionId, tokenHash, callbackKey });
        return { kind: "callback" };
      }
    }
  }

  #closeWait({ executionId, wait }: WaitingToken): void {
    this.closedWaits.push(executionId);
    if (wait.kind !== "task") return;
    this.tasks.push({
      taskId: wait.taskId,
      status: "canceled",
      assigneeId: null,
      completedBy: null,
      completedAt: null,
      data: null,
      comment: null,
    });
  }
}
