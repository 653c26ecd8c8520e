import {
  CallbackTokenInUseError,
  describeError,
  runClaimedStep,
  stepEvent,
  toMilliseconds,
  type ClaimedStep,
  type Duration,
  type ExecutionId,
  type RunServices,
  type ScheduledExecution,
  type StepEvent,
  type StepOutcome,
  type WorkerId,
  type WorkflowContext,
  type WorkflowStore,
} from "@drover/engine";
import { executionKey, StepAbortedError } from "@drover/platform";
import type { Activity } from "./activity.ts";
import type { Clock } from "./clock.ts";
import { EngineClosedError } from "./errors.ts";
import type { KnownDefinitions } from "./known-definitions.ts";
import { WorkList } from "./work-list.ts";

export interface RunnerServices extends RunServices {
  readonly store: WorkflowStore;
  readonly definitions: KnownDefinitions;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly workerId: WorkerId;
  /** How many steps run at once. */
  readonly concurrency: number;
  /** Carries what a run came to through the state machine, with all that follows. */
  readonly commit: (step: ClaimedStep, event: StepEvent) => Promise<void>;
}

interface RunningStep {
  readonly executionId: ExecutionId;
  readonly controller: AbortController;
  /** How many waits for the clock its code is in. */
  asleep: number;
}

/** Runs what is ready, in the order in which it became so: claim → run → commit. */
export class StepRunner {
  readonly #services: RunnerServices;
  readonly #ready = new WorkList();
  readonly #running = new Map<string, RunningStep>();
  #closed = false;

  constructor(services: RunnerServices) {
    this.#services = services;
  }

  enqueue(execution: ScheduledExecution): void {
    if (this.#closed) return;
    this.#services.activity.begin();
    this.#ready.add(execution);
    this.#fill();
  }

  /** Tells a step's code to stop; of no effect when it does not run. */
  abort(execution: ScheduledExecution, reason: string): void {
    this.#running.get(executionKey(execution))?.controller.abort(new StepAbortedError(reason));
  }

  /** Executions whose code runs and does not wait for the clock. */
  get awake(): ExecutionId[] {
    return [...this.#running.values()]
      .filter(({ asleep }) => asleep === 0)
      .map(({ executionId }) => executionId);
  }

  /**
   * A pause in a step's code by the engine's clock. Whoever waits for the engine to be idle does not
   * wait for code that does nothing but this.
   * @throws the signal's reason when the code is told to stop
   */
  async sleep(context: WorkflowContext, duration: Duration): Promise<void> {
    const { signal } = context;
    signal.throwIfAborted();
    const { clock } = this.#services;
    const until = new Date(clock.now().getTime() + toMilliseconds(duration));
    const execution = { executionId: context.idempotencyKey, attempt: context.attempt };
    const step = this.#running.get(executionKey(execution));
    this.#fallAsleep(step);
    await new Promise<void>((resolve, reject) => {
      let cancel = () => {};
      const stop = () => {
        cancel();
        this.#wakeUp(step, execution);
        reject(signal.reason);
      };
      cancel = clock.wakeAt(until, () => {
        signal.removeEventListener("abort", stop);
        this.#wakeUp(step, execution);
        resolve();
      });
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** Takes nothing more and tells all code that runs to stop. */
  close(): void {
    this.#closed = true;
    while (this.#ready.take() !== undefined) this.#services.activity.end();
    for (const { controller } of this.#running.values()) controller.abort(new EngineClosedError());
  }

  #fill(): void {
    while (this.#running.size < this.#services.concurrency) {
      const next = this.#ready.take();
      if (next === undefined) return;
      const { executionId } = next;
      const step: RunningStep = { executionId, controller: new AbortController(), asleep: 0 };
      this.#running.set(executionKey(next), step);
      void this.#process(next, step);
    }
  }

  async #process(execution: ScheduledExecution, running: RunningStep): Promise<void> {
    const { activity } = this.#services;
    try {
      await this.#runAndCommit(execution, running.controller.signal);
    } catch (error) {
      activity.fail(error);
    } finally {
      this.#running.delete(executionKey(execution));
      // Code that was left behind may still sleep; it is nobody's any more.
      if (running.asleep === 0) activity.end();
      this.#fill();
    }
  }

  async #runAndCommit(execution: ScheduledExecution, signal: AbortSignal): Promise<void> {
    const { store, definitions, workerId, commit } = this.#services;
    const definitionIds = definitions.ids;
    const claim = await store.claim({ ...execution, workerId, definitionIds });
    if (claim.kind !== "claimed") return;
    const { step } = claim;
    const definition = definitions.get(step.definitionId);
    const outcome = await runClaimedStep(this.#services, step, definition, signal, () => {});
    // The code did as it was told and stopped: that is no failure of the step.
    if (signal.aborted && (outcome.type === "failed" || outcome.type === "retrying")) return;
    if (this.#closed) return;
    try {
      await commit(step, stepEvent(step, outcome, null));
    } catch (error) {
      if (!(error instanceof CallbackTokenInUseError)) throw error;
      await commit(step, stepEvent(step, failed(error), null));
    }
  }

  #fallAsleep(step: RunningStep | undefined): void {
    if (step === undefined) return;
    step.asleep += 1;
    if (step.asleep === 1) this.#services.activity.end();
  }

  #wakeUp(step: RunningStep | undefined, execution: Parameters<typeof executionKey>[0]): void {
    if (step === undefined || this.#running.get(executionKey(execution)) !== step) return;
    step.asleep -= 1;
    if (step.asleep === 0) this.#services.activity.begin();
  }
}

function failed(error: Error): StepOutcome {
  return {
    type: "failed",
    error: describeError(error),
    handled: false,
    edges: [],
    contextChanges: {},
  };
}
