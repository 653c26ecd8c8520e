import { isTerminal, type WorkflowStatus } from "../status.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { asId, type ExecutionId, type MessageId, type WorkerId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { ExecutionChange, NewAttempt, NewExecution, NewMessage } from "../state/changes.ts";
import type {
  Arrival,
  FlowMemory,
  HiddenTokens,
  InstanceState,
  PendingReason,
  PendingToken,
  Resumption,
  RunningToken,
  Token,
  UndoableStep,
  Wait,
  WaitingToken,
} from "../state/instance-state.ts";
import type { Environment } from "./environment.ts";
import {
  endedExecution,
  movedExecution,
  newExecution,
  UNMARKED,
  type Ending,
  type Marks,
} from "./execution-rows.ts";
import { bare, membershipOf, pending, type Bare, type Placement } from "./placement.ts";
import { WaitRows, type OutsideWaitRequest } from "./wait-rows.ts";

/** A token on the workbench: as it was stored (null: new in this transition) and as it is now. */
interface DraftToken {
  readonly stored: Token | null;
  readonly current: Token;
  readonly marks: Marks;
}

/** The state at hand leaves out what a decision needs: it is to be read whole. */
export class IncompleteStateError extends Error {}

/**
 * The workbench of one transition: starts from a state, takes moves, and gives what they add up
 * to. It knows tokens and rows, not the rules of the flow; those are in the files beside it.
 */
export class Draft {
  readonly graph: FlowGraph;
  readonly state: InstanceState;
  readonly environment: Environment;
  /** When what happens has happened. */
  now: Date;
  status: WorkflowStatus;
  memory: FlowMemory;
  error: string | null = null;
  output: JsonValue | undefined;
  sequence: number;
  terminalReached: boolean;
  revived = false;
  contextChanges: JsonObject = {};
  readonly ended: ExecutionChange[] = [];
  /** Steps of the way forward that have succeeded in this transition, in their order. */
  readonly succeeded: UndoableStep[] = [];
  readonly newAttempts: NewAttempt[] = [];
  readonly newMessages: NewMessage[] = [];
  readonly rows: WaitRows;
  readonly #tokens: Map<ExecutionId, DraftToken>;
  readonly #placed = new Set<ExecutionId>();

  constructor(graph: FlowGraph, state: InstanceState, environment: Environment) {
    this.graph = graph;
    this.state = state;
    this.environment = environment;
    this.now = environment.now;
    this.rows = new WaitRows(environment);
    this.status = state.status;
    this.memory = state.memory;
    this.sequence = state.sequence;
    this.terminalReached = state.terminalReached;
    this.#tokens = new Map(
      state.tokens.map((token) => [
        token.executionId,
        { stored: token, current: token, marks: UNMARKED },
      ]),
    );
  }

  get tokens(): Token[] {
    return [...this.#tokens.values()].map((draft) => draft.current);
  }

  /** Tokens of the workflow itself; what happens inside a group is the group's. */
  get outerTokens(): Token[] {
    return this.tokens.filter((token) => token.membership === null);
  }

  get hidden(): HiddenTokens {
    return this.state.hidden;
  }

  get isOver(): boolean {
    return isTerminal(this.status);
  }

  /** Tokens that the event at hand has put down, released or woken, in this order. */
  get placed(): Token[] {
    return [...this.#placed].flatMap((executionId) => this.token(executionId) ?? []);
  }

  /** Begins with the next event of the same transition. */
  nextEvent(): void {
    this.#placed.clear();
  }

  /** @throws IncompleteStateError where the state leaves tokens out */
  demandAllTokens(): void {
    if (this.hidden.live > 0) throw new IncompleteStateError();
  }

  /** Whether this transition has made the token. */
  isNew(token: Token): boolean {
    return this.#tokens.get(token.executionId)?.stored === null;
  }

  token(executionId: ExecutionId): Token | undefined {
    return this.#tokens.get(executionId)?.current;
  }

  /** The running token of an attempt; undefined when the attempt is stale. */
  running(executionId: ExecutionId, attempt: number): RunningToken | undefined {
    const token = this.token(executionId);
    return token?.status === "running" && token.attempt === attempt ? token : undefined;
  }

  waiting(matches: (wait: Wait, executionId: ExecutionId) => boolean): WaitingToken | undefined {
    return this.tokens.find(
      (token): token is WaitingToken =>
        token.status === "waiting" && matches(token.wait, token.executionId),
    );
  }

  /** Live members of a group and of the groups inside it. @throws IncompleteStateError */
  membersOf(groupId: ExecutionId): Token[] {
    this.demandAllTokens();
    const byGroup = Map.groupBy(this.tokens, (token) => token.membership?.groupId);
    const inside = (group: ExecutionId): Token[] =>
      (byGroup.get(group) ?? []).flatMap((token) => [token, ...inside(token.executionId)]);
    return inside(groupId);
  }

  /** Puts a new token before a step. */
  place(placement: Placement): Token {
    const { stepName, arrivals, undoes = null } = placement;
    const executionId = asId<ExecutionId>(this.environment.newId());
    const membership = membershipOf(placement, executionId);
    const base = { executionId, stepName, attempt: 1, arrivals, membership, undoes };
    const current = this.#startable(base, placement.pendingFor ?? null);
    const marks = { ...UNMARKED, item: placement.item };
    this.#tokens.set(executionId, { stored: null, current, marks });
    this.#placed.add(executionId);
    return current;
  }

  /** Another token has come to a join that waits already. */
  join(token: PendingToken, arrivals: readonly Arrival[]): PendingToken {
    const together = { ...token, arrivals: [...token.arrivals, ...arrivals] };
    this.#update(together, { arrivals: together.arrivals });
    return together;
  }

  /** A pending token has what it waited for. */
  release(token: PendingToken): void {
    this.#update(this.#startable(token, null), {});
    this.#placed.add(token.executionId);
  }

  /** Nothing starts while the instance is paused. */
  hold(token: Token): void {
    this.#update(pending(token, "pause"), {});
  }

  /** The worker that brings the event goes on with the token itself. */
  claim(token: Token, workerId: WorkerId): RunningToken {
    const running: RunningToken = { ...bare(token), status: "running" };
    this.#update(running, { workerId });
    return running;
  }

  /** A running or new step waits from now on. */
  park(token: Token, wait: Wait): WaitingToken {
    const parked: WaitingToken = { ...bare(token), status: "waiting", wait };
    this.#update(parked, { assignedTo: wait.kind === "task" ? wait.assigneeId : null });
    return parked;
  }

  /** As `park`, for what something outside ends. */
  parkFor(token: Token, request: OutsideWaitRequest): WaitingToken {
    return this.park(token, this.rows.open(token.executionId, token.stepName, request));
  }

  /** What a step waited for has changed a little (its task's assignee, its members' progress). */
  updateWait(token: WaitingToken, wait: Wait): WaitingToken {
    const updated = { ...token, wait };
    this.#update(updated, wait.kind === "task" ? { assignedTo: wait.assigneeId } : {});
    return updated;
  }

  /**
   * Ready again, under a new attempt.
   * @param resumption null starts the step anew
   */
  wake(token: Token, resumption: Resumption | null): void {
    if (token.status === "waiting") this.rows.close(token);
    const completedBy = resumption?.kind === "task" ? resumption.completedBy : null;
    const next = { ...bare(token), attempt: token.attempt + 1 };
    this.#update(this.#startable(next, null), { resumption, completedBy });
    this.#placed.add(token.executionId);
  }

  end(token: Token, ending: Ending): void {
    const draft = this.#tokens.get(token.executionId);
    this.#tokens.delete(token.executionId);
    if (draft === undefined) return;
    if (token.status === "waiting") this.rows.close(token);
    if (ending.contextChanges !== undefined) this.merge(ending.contextChanges);
    if (draft.stored === null) return;
    this.sequence += 1;
    if (ending.status === "succeeded" && token.undoes === null) this.succeeded.push(token);
    this.ended.push(endedExecution(draft.stored, ending, this.sequence, this.now));
  }

  /** Ends a token before its time, with the reason on its row. */
  cancel(token: Token, reason: string): void {
    this.dismissChild(token, reason);
    const error = { type: "Canceled", message: reason, stack: null, cause: null };
    this.end(token, { status: "canceled", error });
  }

  /** Cancels the workflow that a token waits for, where it waits for one. */
  dismissChild(token: Token, reason: string): void {
    if (token.status !== "waiting" || token.wait.kind !== "child") return;
    this.tell(token.wait.instanceId, { type: "instance.canceled", reason });
  }

  /** Ends every token that is left. @throws IncompleteStateError */
  cancelAll(reason: string): void {
    this.demandAllTokens();
    for (const token of this.tokens) this.cancel(token, reason);
  }

  /** Sends an event to another instance: written now, delivered after the commit. */
  tell(instanceId: NewMessage["instanceId"], event: NewMessage["event"]): void {
    const messageId = asId<MessageId>(this.environment.newId());
    this.newMessages.push({ messageId, instanceId, event });
  }

  merge(changes: JsonObject): void {
    this.contextChanges = { ...this.contextChanges, ...changes };
  }

  remember(changes: Partial<FlowMemory>): void {
    this.memory = { ...this.memory, ...changes };
  }

  /** Rows to insert for the tokens that are new. */
  get newExecutions(): NewExecution[] {
    return [...this.#tokens.values()].flatMap(({ stored, current, marks }) => {
      if (stored !== null) return [];
      const { type } = this.graph.step(current.stepName);
      return newExecution(current, type, marks, this.sequence, this.now);
    });
  }

  /** Rows to update: tokens that moved and live on, and those that ended. */
  get executions(): ExecutionChange[] {
    const moved = [...this.#tokens.values()].flatMap(({ stored, current, marks }) =>
      stored === null || stored === current
        ? []
        : movedExecution(stored, current, marks, this.sequence),
    );
    return [...this.ended, ...moved];
  }

  #startable(token: Token | Bare, pendingFor: PendingReason | null): Token {
    const reason = pendingFor ?? (this.status === "paused" ? "pause" : null);
    return reason === null ? { ...bare(token), status: "scheduled" } : pending(token, reason);
  }

  #update(current: Token, marks: Partial<Marks>): void {
    const draft = this.#tokens.get(current.executionId);
    if (draft === undefined) return;
    this.#tokens.set(current.executionId, {
      ...draft,
      current,
      marks: { ...draft.marks, ...marks },
    });
  }
}
