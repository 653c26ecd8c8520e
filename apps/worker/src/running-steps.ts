import type { HeartbeatDetails, ScheduledExecution } from "@drover/engine";
import { executionKey, StepAbortedError } from "@drover/platform";

interface RunningStep {
  readonly execution: ScheduledExecution;
  readonly controller: AbortController;
}

/**
 * What this process has in hand: branches that it carries on, and the steps whose code runs.
 *
 * An execution that was taken over may come back to the same process under its next attempt while
 * the code of the one before still runs: steps are told apart by execution and attempt.
 */
export class RunningSteps {
  readonly #steps = new Map<string, RunningStep>();
  readonly #details = new Map<string, HeartbeatDetails>();
  #branches = 0;
  #whenIdle: (() => void)[] = [];

  get steps(): ScheduledExecution[] {
    return [...this.#steps.values()].map((step) => step.execution);
  }

  /** Carries on a branch, from before its first claim until after its last commit. */
  async branch(work: () => Promise<void>): Promise<void> {
    this.#branches += 1;
    try {
      await work();
    } finally {
      this.#branches -= 1;
      if (this.#branches === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    }
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
