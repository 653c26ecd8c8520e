import type { WorkflowContext } from "../context/workflow-context.ts";
import type { JsonObject } from "../json.ts";
import type { StepType } from "../status.ts";

type Awaitable<T> = T | Promise<T>;

/** What any step can be given as an options object instead of being subclassed. */
export interface StepOptions<Data extends object = JsonObject> {
  readonly name?: string;
  readonly description?: string;
  canExecute?(context: WorkflowContext<Data>): Awaitable<boolean>;
  execute?(context: WorkflowContext<Data>): unknown;
  onSuccess?(context: WorkflowContext<Data>, result: unknown): Awaitable<void>;
  onFailure?(context: WorkflowContext<Data>, error: unknown): Awaitable<void>;
}

/**
 * A unit of work of a workflow.
 *
 * Order of a run: `canExecute` (false: the step is skipped and the flow goes on) → `execute` →
 * `onSuccess`. An error in any of them goes to `onFailure`; when that returns, the step is marked
 * failed and handled and the flow goes on; when it throws (the default rethrows), the instance
 * fails.
 */
export abstract class Step<Data extends object = JsonObject> {
  abstract readonly stepType: StepType;
  /** Empty until given; the key under which a definition lists the step counts. */
  readonly name: string = "";
  readonly description: string = "";
  readonly #options: StepOptions<Data>;

  constructor(options: StepOptions<Data> = {}) {
    this.#options = options;
    if (options.name !== undefined) this.name = options.name;
    if (options.description !== undefined) this.description = options.description;
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

  /** What `execute` does where neither a subclass nor the options say. */
  protected abstract executeByDefault(context: WorkflowContext<Data>): unknown;
}
