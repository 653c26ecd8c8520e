import { apply } from "../transition/apply.ts";
import type { WorkflowStructure } from "../definition/structure.ts";
import { flowGraph, type EdgeIndex } from "../graph/flow-graph.ts";
import {
  asId,
  type DefinitionId,
  type ExecutionId,
  type InstanceId,
  type SignalId,
  type WorkerId,
} from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { Changes, ExecutionChange } from "../state/changes.ts";
import type { SignalReceived, WaitRequest, WorkflowEvent } from "../state/events.ts";
import {
  NOTHING_REMEMBERED,
  type InstanceState,
  type KeptSignal,
  type Resumption,
  type RunningToken,
  type Token,
  type UndoableStep,
  type WaitingToken,
} from "../state/instance-state.ts";
import { countingIds, tickingClock } from "./builders.ts";

/** One transition of a walk: on what it was decided, by which event, and what it has changed. */
interface WalkedTransition {
  readonly before: InstanceState;
  readonly event: WorkflowEvent;
  readonly changes: Changes;
}

/** One instance that is moved on by hand, event by event: no store, no code, no queue. */
export class Walk {
  readonly graph;
  state: InstanceState;
  /** Everything that has ended, in the order of ending. */
  readonly ended: { stepName: string; status: string; sequence: number | null }[] = [];
  /** The context as an observer would add it up from what was written. */
  context: JsonObject = {};
  /** Why the instance has failed or was canceled. */
  error: string | null = null;
  /** What became of tasks, in the order of happening. */
  readonly taskChanges: string[] = [];
  /** How often a commit has touched the instance's row. */
  touched = 0;
  /** Who wants to see each transition. */
  readonly observers: ((transition: WalkedTransition) => void)[] = [];
  readonly newId = countingIds();
  /** When the last event happened. */
  now = new Date(0);
  readonly #clock = tickingClock();
  readonly #names = new Map<ExecutionId, string>();
  #unfolded: JsonObject = {};
  #signals: KeptSignal[] = [];
  readonly #resumptions = new Map<ExecutionId, Resumption>();
  readonly #succeeded: UndoableStep[] = [];
  readonly #undone = new Set<ExecutionId>();
  readonly #undoing = new Set<ExecutionId>();

  constructor(structure: WorkflowStructure) {
    this.graph = flowGraph(structure);
    const token = {
      executionId: asId<ExecutionId>(this.newId()),
      stepName: structure.initialStep,
      attempt: 1,
      arrivals: [],
      membership: null,
      undoes: null,
      status: "scheduled",
    } as const;
    this.state = {
      id: asId<InstanceId>(this.newId()),
      definitionId: asId<DefinitionId>(this.newId()),
      status: "running",
      version: 1,
      sequence: 0,
      terminalReached: false,
      unfolded: {},
      tokens: [token],
      hidden: { live: 0, active: 0 },
      memory: NOTHING_REMEMBERED,
      signals: [],
      undoable: [],
      parent: null,
    };
    this.#remember();
  }

  get open(): string[] {
    return this.state.tokens.map((token) => `${token.stepName} ${token.status}`);
  }

  get path(): string[] {
    return this.ended.map(({ stepName, status }) =>
      status === "succeeded" ? stepName : `${stepName} ${status}`,
    );
  }

  token(stepName: string, status: Token["status"] = "running"): Token {
    const token = this.state.tokens.find(
      (candidate) => candidate.stepName === stepName && candidate.status === status,
    );
    if (token === undefined)
      throw new Error(`no ${status} token at ${stepName}: ${this.open.join(", ")}`);
    return token;
  }

  /** A worker takes a scheduled step. */
  claim(stepName: string): RunningToken {
    return this.claimToken(this.token(stepName, "scheduled"));
  }

  /** As `claim`, where several tokens stand before the same step. */
  claimToken(token: Token): RunningToken {
    const { executionId, stepName, attempt, arrivals, membership, undoes } = token;
    const base = { executionId, stepName, attempt, arrivals, membership, undoes };
    const running = { ...base, status: "running" as const };
    this.state = {
      ...this.state,
      tokens: this.state.tokens.map((other) => (other === token ? running : other)),
    };
    return running;
  }

  /** A worker runs a scheduled step to its end and takes the edges to these targets. */
  run(
    stepName: string,
    targets: readonly string[] = [],
    changes: JsonObject = {},
    continueAs: WorkerId | null = null,
  ): this {
    const token = this.state.tokens.some((t) => t.stepName === stepName && t.status === "running")
      ? this.token(stepName)
      : this.claim(stepName);
    return this.succeed(token, this.#edges(stepName, targets), changes, continueAs);
  }

  succeed(
    token: Token,
    edges: readonly EdgeIndex[],
    changes: JsonObject = {},
    continueAs: WorkerId | null = null,
  ): this {
    const { executionId, attempt } = token;
    return this.happen({
      type: "step.succeeded",
      executionId,
      attempt,
      contextChanges: changes,
      result: null,
      edges,
      continueAs,
    });
  }

  fail(token: Token, message: string): this {
    const { executionId, attempt } = token;
    return this.happen({
      type: "step.failed",
      executionId,
      attempt,
      contextChanges: {},
      error: { type: "Error", message, stack: null, cause: null },
      handled: false,
      edges: [],
      continueAs: null,
    });
  }

  /** A worker takes a scheduled step, and the step asks for something to wait for. */
  wait(stepName: string, wait: WaitRequest): this {
    const { executionId, attempt } = this.claim(stepName);
    return this.happen({ type: "step.waiting", executionId, attempt, contextChanges: {}, wait });
  }

  /** A group begins: all its members, the one that was chosen, or one for each item. */
  openGroup(
    stepName: string,
    chosen: number | null = null,
    items: JsonValue[] | null = null,
  ): this {
    return this.wait(stepName, { kind: "group", chosen, items });
  }

  waitForPerson(stepName: string): this {
    return this.wait(stepName, {
      kind: "task",
      title: stepName,
      description: null,
      formSchema: null,
      assigneeId: null,
      assigneeGroup: null,
      dueAt: null,
      reminderAt: null,
    });
  }

  /** The waiting token at a step. */
  waitingAt(stepName: string): WaitingToken {
    const token = this.token(stepName, "waiting");
    if (token.status !== "waiting") throw new Error(`${stepName} does not wait`);
    return token;
  }

  /** A signal comes; what no step takes is kept. */
  signal(event: Omit<SignalReceived, "signalId"> & { readonly signalId: string }): this {
    return this.happen({ ...event, signalId: asId<SignalId>(event.signalId) });
  }

  happen(event: WorkflowEvent): this {
    const before = structuredCopy(this.state);
    this.now = this.#clock();
    const environment = { now: this.now, newId: this.newId };
    const applied = apply(this.graph, this.state, [event], environment);
    if (JSON.stringify(this.state) !== JSON.stringify(before))
      throw new Error("apply changed its input");
    if (applied.kind === "incomplete") throw new Error("the state was not enough");
    const [outcome] = applied.outcomes;
    if (outcome?.kind === "refused") throw outcome.error;
    const { changes } = applied;
    if (changes === null) throw new Error("the event was stale");
    for (const observe of this.observers) observe({ before: this.state, event, changes });
    for (const execution of changes.newExecutions) {
      this.#names.set(execution.executionId, execution.stepName);
      if (execution.undoes === null) continue;
      this.#undone.add(execution.undoes);
      this.#undoing.add(execution.executionId);
    }
    for (const change of changes.executions) this.#note(change);
    this.taskChanges.push(...changes.tasks.map((task) => task.status));
    this.error = changes.instance?.error ?? this.error;
    this.#keepSignals(changes);
    if (changes.instance !== null) {
      this.touched += 1;
      this.context = { ...this.context, ...changes.instance.contextChanges };
      this.#unfolded = {};
    }
    this.state = { ...applied.state, signals: [...this.#signals], undoable: this.#undoable() };
    return this;
  }

  /** The context with what single tokens have not folded yet. */
  get seen(): JsonObject {
    return { ...this.context, ...this.#unfolded };
  }

  #keepSignals({ newSignals, takenSignals }: Changes): void {
    this.#signals.push(...newSignals.filter((signal) => !signal.taken));
    this.#signals = this.#signals.filter(({ signalId }) => !takenSignals.includes(signalId));
  }

  /** Why the only token at a step goes on after its wait. */
  resumptionOf(stepName: string): Resumption | undefined {
    const { executionId } = this.token(stepName, "scheduled");
    return this.#resumptions.get(executionId);
  }

  #note(change: ExecutionChange): void {
    if (change.resumption !== null) this.#resumptions.set(change.executionId, change.resumption);
    if (change.endedAt === null) return;
    this.#unfolded = { ...this.#unfolded, ...change.contextChanges };
    const stepName = this.#names.get(change.executionId) ?? "?";
    if (change.status === "succeeded" && !this.#undoing.has(change.executionId)) {
      this.#succeeded.push({ executionId: change.executionId, stepName });
    }
    this.ended.push({ stepName, status: change.status, sequence: change.sequence });
  }

  /** As a store finds them: what has succeeded and was not undone, the latest first. */
  #undoable(): UndoableStep[] {
    return this.#succeeded
      .filter(({ executionId, stepName }) => {
        const canBeUndone = this.graph.compensatingSteps.includes(stepName);
        return canBeUndone && !this.#undone.has(executionId);
      })
      .toReversed();
  }

  #remember(): void {
    for (const token of this.state.tokens) this.#names.set(token.executionId, token.stepName);
  }

  #edges(stepName: string, targets: readonly string[]): EdgeIndex[] {
    return targets.map((target) => {
      const found = this.graph
        .outgoing(stepName)
        .find((edge) => this.graph.edge(edge).target === target);
      if (found === undefined) throw new Error(`no edge from ${stepName} to ${target}`);
      return found;
    });
  }
}

function structuredCopy(state: InstanceState): InstanceState {
  // The state is plain data: its copy has its shape.
  return JSON.parse(JSON.stringify(state)) as InstanceState;
}
