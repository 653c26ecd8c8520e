import {
  claimEvents,
  lifecycleEvents,
  type ClaimedStep,
  type Dispatched,
  type EventBus,
  type WorkflowDefinition,
} from "@drover/engine";
import type { KnownDefinitions } from "./known-definitions.ts";

/** A step that this process has run, and since when. */
interface OwnRun {
  readonly step: ClaimedStep;
  readonly begunAt: Date;
}

/**
 * Tells what this worker has made a fact: what it claims and what it commits, once that is written.
 * An event is told at the most once, by the process that commits it: one that dies in between tells
 * nothing, and the facts are in Postgres. Of workflows whose code the worker lacks it tells nothing.
 */
export class LifecycleTeller {
  readonly #bus: EventBus;
  readonly #definitions: KnownDefinitions;
  readonly #now: () => Date;

  /** @param now the clock, for the times that events name */
  constructor(bus: EventBus, definitions: KnownDefinitions, now: () => Date) {
    this.#bus = bus;
    this.#definitions = definitions;
    this.#now = now;
  }

  /** The worker has claimed a step and begins with it. */
  begun({ step, begunAt }: OwnRun): void {
    const structure = this.#structure(step.definitionId);
    if (structure === null) return;
    for (const event of claimEvents(step, structure, begunAt)) this.#bus.emit(event);
  }

  /**
   * A commit has come to something.
   * @param run the step whose end was committed; null where something else has happened
   */
  committed(dispatched: Dispatched, run: OwnRun | null = null): void {
    if (dispatched.kind === "stale") return;
    const { before, changes, state } = dispatched;
    const structure = this.#structure(state.definitionId);
    if (structure === null || before === undefined || changes === undefined) return;
    const facts = {
      at: this.#now(),
      startedAt: run === null ? null : new Date(run.step.startedAt),
      run:
        run === null
          ? null
          : {
              executionId: run.step.executionId,
              failedTries: run.step.failedTries,
              begunAt: run.begunAt,
            },
    };
    for (const event of lifecycleEvents(before, changes, structure, facts)) this.#bus.emit(event);
  }

  /** Null where nobody would hear or the workflow is another worker's. */
  #structure(id: ClaimedStep["definitionId"]): WorkflowDefinition["structure"] | null {
    if (!this.#bus.hasHandlers || !this.#definitions.ids.includes(id)) return null;
    return this.#definitions.get(id).structure;
  }
}
