import type { HeartbeatDetails, ScheduledExecution, Timers } from "@drover/engine";
import { executionKey, StepAbortedError, within } from "@drover/platform";

interface RunningStep {
  readonly execution: ScheduledExecution;
  readonly controller: AbortController;
}

/**
 * Milliseconds that running steps get to end before one that wants to be alone starts beside them.
 * Short: meanwhile nothing begins here, and many may wait to be alone after workers were lost twice.
 */
const RESERVATION_PATIENCE = 2_000;

/** Milliseconds after which others may begin beside it: what kills its worker mostly does so soon. */
const ALONE_AT_MOST = 30_000;

/**
 * What this process has in hand: branches that it carries on, and the steps whose code runs.
 *
 * An execution that was taken over may come back to the same process under its next attempt while
 * the code of the one before still runs: steps are told apart by execution and attempt.
 *
 * A step may have the process for itself. Invariants:
 * 1. Two such steps never begin at the same time: neither can end the process under the other.
 * 2. From the moment that one has asked until it has ended, nobody else is to begin; a long one has
 *    that for its first half minute.
 * 3. It begins when nothing runs any more, or after a while beside what still runs.
 */
export class RunningSteps {
  readonly #steps = new Map<string, RunningStep>();
  readonly #details = new Map<string, HeartbeatDetails>();
  #branches = 0;
  #whenIdle: (() => void)[] = [];
  #isReserved = false;
  readonly #onChange: (isIdle: boolean) => void;

  /** @param onChange told when there is a branch in hand, and when there is none any more */
  constructor(onChange: (isIdle: boolean) => void = () => {}) {
    this.#onChange = onChange;
  }

  get steps(): ScheduledExecution[] {
    return [...this.#steps.values()].map((step) => step.execution);
  }

  /** Carries on a branch, from before its first claim until after its last commit. */
  async branch<T>(work: () => Promise<T>): Promise<T> {
    const leave = this.enter();
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** The same for a branch that nobody waits for. @returns to be called once, after its last commit */
  enter(): () => void {
    this.#branches += 1;
    if (this.#branches === 1) this.#onChange(false);
    return () => {
      this.#branches -= 1;
      if (this.#branches > 0) return;
      for (const resolve of this.#whenIdle.splice(0)) resolve();
      this.#onChange(true);
    };
  }

  /** Whether a step has the process for itself, or waits until it has. */
  get isReserved(): boolean {
    return this.#isReserved;
  }

  /**
   * Does some work alone. What is under way may end first, for two seconds at the most.
   * @returns false where somebody else is alone already: nothing was done
   */
  async alone(timers: Timers, work: () => Promise<void>): Promise<boolean> {
    if (this.#isReserved) return false;
    this.#isReserved = true;
    let running: Promise<void> | undefined;
    try {
      await within(timers, RESERVATION_PATIENCE, this.idle());
      running = work();
      await within(timers, ALONE_AT_MOST, running);
    } finally {
      this.#isReserved = false;
    }
    await running;
    return true;
  }

  begin({ executionId, attempt }: ScheduledExecution): AbortSignal {
    const controller = new AbortController();
    const execution = { executionId, attempt };
    this.#steps.set(executionKey(execution), { execution, controller });
    return controller.signal;
  }

  end(execution: ScheduledExecution): void {
    const key = executionKey(execution);
    // What code says that was told to stop is for the next try, and is still to be told.
    const stopped = this.#steps.get(key)?.controller.signal.aborted === true;
    this.#steps.delete(key);
    if (!stopped) this.#details.delete(key);
  }

  /** Notes what running code says of itself; the next heartbeat tells it. */
  note({ executionId, attempt, details }: HeartbeatDetails): void {
    const key = executionKey({ executionId, attempt });
    if (this.#steps.has(key)) this.#details.set(key, { executionId, attempt, details });
  }

  /** What was said since the last time that somebody asked. */
  takeDetails(): HeartbeatDetails[] {
    const details = [...this.#details.values()];
    this.#details.clear();
    return details;
  }

  /** Puts back what could not be told; what was said since counts more. */
  putBack(details: readonly HeartbeatDetails[]): void {
    for (const said of details) {
      const key = executionKey(said);
      if (!this.#details.has(key)) this.#details.set(key, said);
    }
  }

  /** Tells a step's code to stop; of no effect when it does not run here. */
  abort(execution: ScheduledExecution, reason: string): void {
    this.#steps.get(executionKey(execution))?.controller.abort(new StepAbortedError(reason));
  }

  /** Resolves once no branch is carried on any more. */
  async idle(): Promise<void> {
    if (this.#branches === 0) return;
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }
}
