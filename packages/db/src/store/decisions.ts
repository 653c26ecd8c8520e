import {
  apply,
  asOne,
  flowGraph,
  InvariantError,
  stateNeeds,
  WorkflowInstanceNotFoundError,
  type Applied,
  type DefinitionId,
  type Dispatched,
  type FlowGraph,
  type InstanceId,
  type InstanceState,
  type Known,
  type NewId,
  type RunAhead,
  type StepEvent,
  type WorkflowEvent,
} from "@drover/engine";
import { isRefusal } from "./connection-errors.ts";
import { Gathering, type Settled } from "./gathering.ts";
import { RememberedStates } from "./remembered-states.ts";
import type { Statements } from "./statements.ts";
import type { StateRequest } from "./statements/load-state.ts";
import type { Transition } from "./statements/transition.ts";

/** How often a decision is made anew because the instance had moved on meanwhile. */
const MOST_DECISIONS = 1_000;

/** Events of one instance that are decided on together. */
const MOST_EVENTS = 128;

/** What deciding needs of the store. */
interface Ground {
  readonly statements: Statements;
  /** The clock and the ids that decisions are made with. */
  readonly environment: { readonly now: () => Date; readonly newId: NewId };
  /** Repeats a statement while Postgres is away. */
  readonly persist: <T>(run: () => Promise<T>) => Promise<T>;
  /** Reads what the core needs of an instance; null where there is none. */
  readonly loadState: (request: StateRequest) => Promise<InstanceState | null>;
  /** Writes a transition; false when it has lost against another. */
  readonly commit: (transition: Transition) => Promise<boolean>;
}

/** An event, what its sender knows of the instance, and how it may run on before the event is written. */
interface Ask {
  readonly event: WorkflowEvent;
  readonly known: Known;
  readonly runAhead: RunAhead | undefined;
}

/** What was decided, and on which state. */
type Decided = Extract<Applied, { kind: "applied" }> & {
  readonly before: InstanceState;
  /** The end of the last step that ran ahead. */
  readonly last?: StepEvent;
};

/**
 * Reads, decides and writes; where somebody else was faster, reads and decides again. No lock is
 * held between reading and writing, so a process that freezes here holds nobody up. Events of one
 * instance that come in the same moment are decided on together and written as one transition: the
 * thousand members of a group are counted once for each commit.
 */
export class Decisions {
  readonly #ground: Ground;
  readonly #graphs = new Map<DefinitionId, FlowGraph>();
  readonly #remembered = new RememberedStates();
  readonly #gathering = new Gathering<InstanceId, Ask, Dispatched>(
    (instanceId, asks) => this.#decideTogether(instanceId, asks),
    MOST_EVENTS,
    (instanceId) => this.#remembered.forget(instanceId),
  );

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** What follows from an event, written. See `WorkflowStore.dispatch`. */
  decide(instanceId: InstanceId, ask: Ask): Promise<Dispatched> {
    return this.#gathering.submit(instanceId, ask);
  }

  /** What Postgres refuses may be the fault of one event: then each is tried by itself. */
  async #decideTogether(
    instanceId: InstanceId,
    asks: readonly Ask[],
  ): Promise<Settled<Dispatched>[]> {
    try {
      return await this.#decide(instanceId, asks);
    } catch (error) {
      if (asks.length === 1 || !isRefusal(error)) throw error;
      const settled: Settled<Dispatched>[] = [];
      for (const ask of asks) {
        try {
          settled.push(...(await this.#decide(instanceId, [ask])));
        } catch (reason) {
          settled.push({ error: reason });
        }
      }
      return settled;
    }
  }

  async #decide(instanceId: InstanceId, asks: readonly Ask[]): Promise<Settled<Dispatched>[]> {
    const events = asks.map((ask) => ask.event);
    const runAhead = asks.length === 1 ? asks[0]?.runAhead : undefined;
    let known = this.#known(instanceId, asks);
    for (let decision = 0; decision < MOST_DECISIONS; decision += 1) {
      const first = await this.#apply(instanceId, events, known);
      const decided = runAhead === undefined ? first : await this.#runOn(first, events, runAhead);
      const { changes } = decided;
      if (
        changes === null ||
        (await this.#ground.commit({ id: this.#ground.environment.newId(), changes }))
      ) {
        this.#remembered.remember(decided.state);
        return answers(decided);
      }
      this.#remembered.forget(instanceId);
      known = null;
    }
    throw new InvariantError(`instance ${instanceId} moved on ${MOST_DECISIONS} times in a row`);
  }

  /** One sender may know the state as it was before its own event; of several nobody knows it. */
  #known(instanceId: InstanceId, asks: readonly Ask[]): InstanceState | null {
    const [first] = asks;
    if (asks.length === 1 && first?.known.state !== undefined) return first.known.state;
    const tokens = asks.flatMap(({ known }) => known.token ?? []);
    return tokens.length < asks.length ? null : this.#remembered.recall(instanceId, tokens);
  }

  async #apply(
    instanceId: InstanceId,
    events: readonly WorkflowEvent[],
    known: InstanceState | null,
  ): Promise<Decided> {
    const { now, newId } = this.#ground.environment;
    const environment = { now: now(), newId };
    const needs = stateNeeds(events);
    if (needs.kind === "part" || known !== null) {
      const state = known ?? (await this.#part(instanceId, needs));
      const graph = await this.#graph(state.definitionId);
      const applied = apply(graph, state, events, environment);
      if (applied.kind === "applied") return { ...applied, before: state };
    }
    const state = await this.#whole(instanceId);
    const applied = apply(await this.#graph(state.definitionId), state, events, environment);
    if (applied.kind === "applied") return { ...applied, before: state };
    throw new InvariantError(`the whole state of ${instanceId} is not enough to decide`);
  }

  /**
   * Lets an event's sender run on where the event leads to one more step of its own, and decides on what that
   * comes to as if the event had been written. Where the instance has moved on meanwhile, none of it is.
   */
  async #runOn(
    first: Decided,
    [event]: readonly WorkflowEvent[],
    runAhead: RunAhead,
  ): Promise<Decided> {
    let together = first;
    for (;;) {
      const { outcomes, state, changes, before, last = event } = together;
      const [outcome] = outcomes;
      const inline = outcome?.kind === "applied" ? outcome.inline : null;
      const mayGoOn = changes !== null && changes.instance === null;
      if (!mayGoOn || inline === null || last === undefined) return together;
      const end = await runAhead(last, { inline, state });
      if (end === null) return together;
      const { now, newId } = this.#ground.environment;
      const graph = await this.#graph(state.definitionId);
      const applied = apply(graph, state, [end], { now: now(), newId });
      // What needs more than this state is decided once the step has run again, as one that was written.
      if (applied.kind === "incomplete" || applied.changes === null) return together;
      together = { ...applied, changes: asOne(changes, applied.changes), before, last: end };
    }
  }

  async #part(
    instanceId: InstanceId,
    needs: ReturnType<typeof stateNeeds>,
  ): Promise<InstanceState> {
    if (needs.kind === "whole") return this.#whole(instanceId);
    const state = await this.#ground.loadState({ instanceId, needs });
    if (state === null) throw new WorkflowInstanceNotFoundError(instanceId);
    return state;
  }

  async #whole(instanceId: InstanceId): Promise<InstanceState> {
    const { statements, persist } = this.#ground;
    const state = await persist(() => statements.loadWholeState(instanceId));
    if (state === null) throw new WorkflowInstanceNotFoundError(instanceId);
    const { compensatingSteps } = await this.#graph(state.definitionId);
    if (compensatingSteps.length === 0) return { ...state, undoable: [] };
    const undoable = await persist(() => statements.loadUndoable(instanceId, compensatingSteps));
    return { ...state, undoable };
  }

  async #graph(id: DefinitionId): Promise<FlowGraph> {
    const known = this.#graphs.get(id);
    if (known !== undefined) return known;
    const { statements, persist } = this.#ground;
    const structure = await persist(() => statements.findStructure(id));
    if (structure === undefined) throw new InvariantError(`definition ${id} is not there`);
    const graph = flowGraph(structure);
    this.#graphs.set(id, graph);
    return graph;
  }
}

/**
 * What each sender is told. Commands and changes are for whoever does or tells them: the first
 * event that counted carries them all.
 */
function answers(decided: Decided): Settled<Dispatched>[] {
  const { outcomes, state, commands, changes, before, last } = decided;
  const first = outcomes.findIndex((outcome) => outcome.kind === "applied");
  return outcomes.map((outcome, index) => {
    switch (outcome.kind) {
      case "stale":
        return { result: { kind: "stale" } };
      case "refused":
        return { error: outcome.error };
      case "applied": {
        const { inline } = outcome;
        const committed = { kind: "committed", state, inline } as const;
        if (index !== first || changes === null) return { result: { ...committed, commands: [] } };
        const ahead = last === undefined ? {} : { last };
        return { result: { ...committed, commands, changes, before, ...ahead } };
      }
    }
  });
}
