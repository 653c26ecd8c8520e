import type { ExecutionId } from "@drover/engine";

/** Why running code is told to stop. */
class StepAbortedError extends Error {
  readonly code = "STEP_ABORTED";
}

/** The steps whose code runs in this process right now, each with its way to be told to stop. */
export class RunningSteps {
  readonly #controllers = new Map<ExecutionId, AbortController>();
  #whenIdle: (() => void)[] = [];

  get ids(): ExecutionId[] {
    return [...this.#controllers.keys()];
  }

  begin(executionId: ExecutionId): AbortSignal {
    const controller = new AbortController();
    this.#controllers.set(executionId, controller);
    return controller.signal;
  }

  end(executionId: ExecutionId): void {
    this.#controllers.delete(executionId);
    if (this.#controllers.size > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Tells a step's code to stop; of no effect when it does not run here. */
  abort(executionId: ExecutionId, reason: string): void {
    this.#controllers.get(executionId)?.abort(new StepAbortedError(reason));
  }

  /** Resolves once no step runs any more. */
  async idle(): Promise<void> {
    if (this.#controllers.size === 0) return;
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }
}
