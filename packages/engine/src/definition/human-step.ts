import type { WorkflowContext } from "../context/workflow-context.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { Duration } from "./duration.ts";
import { Step, type StepOptions } from "./step.ts";

type Awaitable<T> = T | Promise<T>;
type Optional<T> = T | null | undefined;

/** What a task shows, who may complete it and until when. Its `timeout` limits the code, not the person. */
export interface HumanStepOptions<Data extends object = JsonObject> extends StepOptions<Data> {
  readonly title?: string;
  /** JSON Schema (2020-12) of the form; without one any object is taken. */
  readonly formSchema?: JsonObject;
  /** Name of the context key that holds the assignee. */
  readonly assigneeKey?: keyof Data & string;
  getAssignee?(context: WorkflowContext<Data>): Awaitable<Optional<string>>;
  getAssigneeGroup?(context: WorkflowContext<Data>): Awaitable<Optional<string>>;
  getTitle?(context: WorkflowContext<Data>): Awaitable<string>;
  getDescription?(context: WorkflowContext<Data>): Awaitable<string>;
  getDueDate?(context: WorkflowContext<Data>): Awaitable<Optional<Date | Duration>>;
  getReminderDate?(context: WorkflowContext<Data>): Awaitable<Optional<Date | Duration>>;
}

/**
 * Waits for a person. Reaching it creates a task; when the task is completed its form data is
 * merged into the context, `execute` runs (its default returns the form data) and the flow goes on.
 */
export class HumanStep<Data extends object = JsonObject> extends Step<Data> {
  readonly stepType = "human";
  readonly title: string = "";
  readonly formSchema: JsonObject | null = null;
  readonly assigneeKey: (keyof Data & string) | null = null;
  readonly #options: HumanStepOptions<Data>;

  constructor(options: HumanStepOptions<Data> = {}) {
    super(options);
    this.#options = options;
    if (options.title !== undefined) this.title = options.title;
    if (options.formSchema !== undefined) this.formSchema = options.formSchema;
    if (options.assigneeKey !== undefined) this.assigneeKey = options.assigneeKey;
  }

  /** Who alone may complete the task; nobody in particular when it is empty. */
  getAssignee(context: WorkflowContext<Data>): Awaitable<Optional<string>> {
    if (this.#options.getAssignee !== undefined) return this.#options.getAssignee(context);
    const assignee: unknown = this.assigneeKey === null ? null : context.get(this.assigneeKey);
    return typeof assignee === "string" ? assignee : null;
  }

  getAssigneeGroup(context: WorkflowContext<Data>): Awaitable<Optional<string>> {
    return this.#options.getAssigneeGroup?.(context);
  }

  getTitle(context: WorkflowContext<Data>): Awaitable<string> {
    return this.#options.getTitle?.(context) ?? this.title;
  }

  getDescription(context: WorkflowContext<Data>): Awaitable<string> {
    return this.#options.getDescription?.(context) ?? this.description;
  }

  /** A moment, or how long from when the task is created. */
  getDueDate(context: WorkflowContext<Data>): Awaitable<Optional<Date | Duration>> {
    return this.#options.getDueDate?.(context);
  }

  getReminderDate(context: WorkflowContext<Data>): Awaitable<Optional<Date | Duration>> {
    return this.#options.getReminderDate?.(context);
  }

  protected executeByDefault(context: WorkflowContext<Data>): JsonValue {
    return context.submission;
  }
}
