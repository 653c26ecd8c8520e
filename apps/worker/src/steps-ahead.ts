import type {
  ClaimedStep,
  Dispatched,
  RunAhead,
  StepEvent,
  StepOutcome,
  WorkflowEvent,
} from "@drover/engine";
import { StepAbortedError, within, type ProcessPorts } from "@drover/platform";
import type { KnownDefinitions } from "./known-definitions.ts";
import { nextStep } from "./next-step.ts";
import type { SlowSteps } from "./slow-steps.ts";

/** Milliseconds that the end of a step without effects may wait for those of the steps that run ahead. */
const MOST_MILLISECONDS = 10;

/** A step that has run. */
export interface Ran {
  readonly step: ClaimedStep;
  readonly outcome: StepOutcome;
}

/** What running ahead takes. */
interface Ground {
  readonly definitions: KnownDefinitions;
  readonly slowSteps: SlowSteps;
  readonly ports: Pick<ProcessPorts, "monotonic" | "timers">;
  readonly run: (step: ClaimedStep, signal: AbortSignal) => Promise<StepOutcome>;
  readonly endOf: (ran: Ran) => StepEvent;
}

/**
 * Steps that say they are pure, run before it is written that they are this worker's. Invariants:
 *
 * 1. Only the ends of pure steps wait for others: what has had an effect is written at once.
 * 2. Nothing is kept of a run but its end, which counts once it is written with those before it. A run that
 *    has not simply come to its end is left aside: the step is claimed, and runs as any other.
 * 3. They take ten milliseconds at the most. Code that takes longer is told to stop, and runs again as in 2; for
 *    some time it is not tried again.
 * 4. A step that was lost before runs nothing ahead: who takes the process down is to be seen on its own row.
 */
export class StepsAhead {
  readonly #ground: Ground;
  readonly #until: number;
  /** What has led to each end. */
  readonly #ran = new Map<WorkflowEvent, Ran>();

  constructor(ground: Ground, first: Ran, end: StepEvent) {
    this.#ground = ground;
    this.#until = ground.ports.monotonic() + MOST_MILLISECONDS;
    if (this.#isPure(first.step) && first.step.lostAttempts === 0) this.#ran.set(end, first);
  }

  /** Whether any may; who need not ask waits for nothing. */
  get mayRun(): boolean {
    return this.#ran.size > 0;
  }

  /** The last of those whose ends were written; undefined where none was. */
  lastOf(dispatched: Dispatched): Ran | undefined {
    const last = dispatched.kind === "committed" ? dispatched.last : undefined;
    return last && this.#ran.get(last);
  }

  readonly run: RunAhead = async (after, decided) => {
    const before = this.#ran.get(after);
    if (before === undefined) return null;
    const step = nextStep(before.step, before.outcome, decided);
    if (step === null || !this.#isPure(step) || this.#ground.slowSteps.has(step)) return null;
    const outcome = await this.#inTime(step);
    if (outcome?.type !== "succeeded" && outcome?.type !== "skipped") return null;
    const ran = { step, outcome };
    const end = this.#ground.endOf(ran);
    this.#ran.set(end, ran);
    return end;
  };

  #isPure({ definitionId, stepName }: ClaimedStep): boolean {
    return this.#ground.definitions.get(definitionId).steps.get(stepName)?.pure === true;
  }

  async #inTime(step: ClaimedStep): Promise<StepOutcome | null> {
    const { ports, run, slowSteps } = this.#ground;
    const left = this.#until - ports.monotonic();
    if (left <= 0) return null;
    const stop = new AbortController();
    const running = run(step, stop.signal);
    if (await within(ports.timers, left, running)) return running;
    stop.abort(new StepAbortedError("it runs again once its beginning is written"));
    // Those before it may have left it next to nothing.
    if (left >= MOST_MILLISECONDS / 2) slowSteps.note(step);
    return null;
  }
}
