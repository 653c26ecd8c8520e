import type { WorkflowContext } from "../context/workflow-context.ts";
import { StepContractError, WorkflowValidationError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { StepType } from "../status.ts";
import type { Duration } from "./duration.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import { said } from "./said.ts";

type Awaitable<T> = T | Promise<T>;

/**
 * When a step starts where several edges meet: with `all` that can come, with `any` (the first) or
 * with a number of them. What comes later is absorbed, or with `cancelOthers` canceled.
 */
export type JoinRule = "all" | "any" | { readonly count: number; readonly cancelOthers?: boolean };

/**
 * For constructors that read their options: the compiler promises an object, JavaScript does not.
 * @throws WorkflowValidationError
 */
export function checkOptions(className: string, options: unknown): void {
  if (typeof options === "object" && options !== null) return;
  throw new WorkflowValidationError([
    `${className || "A step"} is made from an object of options, got ${said(options)}`,
  ]);
}

/** What any step can be given as an options object instead of being subclassed. */
export interface StepOptions<Data extends object = JsonObject> {
  readonly name?: string;
  readonly description?: string;
  /** How often and when the code is tried again; once unless given. */
  readonly retry?: RetryPolicy;
  /** How long one try of the code may take; as long as it likes unless given. */
  readonly timeout?: Duration;
  /** How long the code may go without `context.heartbeat()`; as long as it likes unless given. */
  readonly heartbeatTimeout?: Duration;
  /**
   * How often in a row the worker that runs the step may be lost (killed, out of memory, blocked)
   * before the step fails; what the workers are set to unless given. 1: never run again after that.
   */
  readonly maxLostAttempts?: number;
  /** When the step starts where several edges meet; `all` unless given. */
  readonly join?: JoinRule;
  /**
   * Says that the step has no effect but its result and the keys it sets. Such steps in a row are run before the
   * end of the first is written, and all are written together: a run whose end is never written was in vain. For
   * what takes less than ten milliseconds; what takes longer is told to stop, begun again, and not run so for a minute.
   */
  readonly pure?: boolean;
  canExecute?(context: WorkflowContext<Data>): Awaitable<boolean>;
  execute?(context: WorkflowContext<Data>): unknown;
  onSuccess?(context: WorkflowContext<Data>, result: unknown): Awaitable<void>;
  onFailure?(context: WorkflowContext<Data>, error: unknown): Awaitable<void>;
  /** Undoes what `execute` has done, when the instance is rolled back. */
  compensate?(context: WorkflowContext<Data>): unknown;
}

/**
 * A unit of work of a workflow.
 *
 * Order of a run: `canExecute` (false: the step is skipped and the flow goes on) → `execute` →
 * `onSuccess`. After an error in any of them, and after a try that took longer than `timeout` or was
 * silent for longer than `heartbeatTimeout`, `retry` decides whether all of it is tried again. When
 * it is not, the error goes to `onFailure`; when that returns, the step is marked failed and handled
 * and the flow goes on; when it throws (the default rethrows), the instance fails.
 *
 * A step that waits runs twice, before its wait and after it; each run has its own time, and the
 * wait takes none of it.
 */
export abstract class Step<Data extends object = JsonObject> {
  abstract readonly stepType: StepType;
  /** Empty until given; the key under which a definition lists the step counts. */
  readonly name: string = "";
  readonly description: string = "";
  readonly retry: RetryPolicy | null = null;
  /**
   * Aborts the context's signal with a StepTimeoutError and fails the try, whether the code stops
   * or not: what comes of it later is dropped. Code that blocks its process cannot be timed out.
   */
  readonly timeout: Duration | null = null;
  /** As `timeout`, with a HeartbeatTimeoutError, when the code is silent for this long. */
  readonly heartbeatTimeout: Duration | null = null;
  /** Null for what the workers are set to. */
  readonly maxLostAttempts: number | null = null;
  readonly join: JoinRule = "all";
  /** Whether nothing but its result and the keys that it sets tells that the step has run. */
  readonly pure: boolean = false;
  readonly #options: StepOptions<Data>;

  /** @throws WorkflowValidationError when the options are no object */
  constructor(options: StepOptions<Data> = {}) {
    checkOptions(new.target.name, options);
    this.#options = options;
    if (options.name !== undefined) this.name = options.name;
    if (options.description !== undefined) this.description = options.description;
    if (options.retry !== undefined) this.retry = options.retry;
    if (options.timeout !== undefined) this.timeout = options.timeout;
    if (options.join !== undefined) this.join = options.join;
    if (options.pure !== undefined) this.pure = options.pure;
    if (options.maxLostAttempts !== undefined) this.maxLostAttempts = options.maxLostAttempts;
    if (options.heartbeatTimeout !== undefined) this.heartbeatTimeout = options.heartbeatTimeout;
  }

  canExecute(context: WorkflowContext<Data>): Awaitable<boolean> {
    return this.#options.canExecute?.(context) ?? true;
  }

  /** The work. What it returns is kept as the step's result and must be JSON or nothing. */
  execute(context: WorkflowContext<Data>): unknown {
    return this.#options.execute === undefined
      ? this.executeByDefault(context)
      : this.#options.execute(context);
  }

  onSuccess(context: WorkflowContext<Data>, result: unknown): Awaitable<void> {
    return this.#options.onSuccess?.(context, result);
  }

  onFailure(context: WorkflowContext<Data>, error: unknown): Awaitable<void> {
    if (this.#options.onFailure === undefined) throw error;
    return this.#options.onFailure(context, error);
  }

  /**
   * Undoes what `execute` has done. It may run more than once, and it keeps the step's `retry` and
   * time limits. What it returns is kept and must be JSON or nothing.
   */
  compensate(context: WorkflowContext<Data>): unknown {
    if (this.#options.compensate === undefined) {
      throw new StepContractError(this.name, "must implement compensate()");
    }
    return this.#options.compensate(context);
  }

  /** Whether there is something that undoes the step: given as an option or by a subclass. */
  get compensates(): boolean {
    return this.#options.compensate !== undefined || this.compensate !== Step.prototype.compensate;
  }

  /** Whether something of its own runs when it is its turn to work. */
  get hasCode(): boolean {
    return (
      this.#options.execute !== undefined ||
      this.#options.onSuccess !== undefined ||
      this.execute !== Step.prototype.execute ||
      this.onSuccess !== Step.prototype.onSuccess
    );
  }

  /** What a step was made with; for checks. */
  static optionsOf(step: Step<never>): object {
    return step.#options;
  }

  /** What `execute` does where neither a subclass nor the options say. */
  protected abstract executeByDefault(context: WorkflowContext<Data>): unknown;
}
