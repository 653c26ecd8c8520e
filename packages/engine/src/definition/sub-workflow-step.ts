import type { WorkflowContext } from "../context/workflow-context.ts";
import { StepContractError } from "../errors.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { Step, type StepOptions } from "./step.ts";

type Awaitable<T> = T | Promise<T>;

/** Which workflow a step starts, with what, and whether it waits. */
export interface SubWorkflowStepOptions<
  Data extends object = JsonObject,
> extends StepOptions<Data> {
  /** Name of the workflow to start. */
  readonly workflow?: string;
  /** Its version; the newest active one unless given. */
  readonly version?: string;
  /** What the other workflow starts with; nothing unless given. */
  input?(context: WorkflowContext<Data>): Awaitable<object>;
  /** False starts it and goes on at once; its result is then `{ instance_id }`. */
  readonly wait?: boolean;
}

/**
 * Starts another workflow and waits for its end; the result is the other one's output. When the
 * other one fails or is canceled, the step fails with a SubWorkflowError; when this instance is
 * canceled or fails, so is the other one.
 */
export class SubWorkflowStep<Data extends object = JsonObject> extends Step<Data> {
  readonly stepType = "workflow";
  readonly workflow: string = "";
  readonly version: string | null = null;
  readonly wait: boolean = true;
  readonly #options: SubWorkflowStepOptions<Data>;

  constructor(options: SubWorkflowStepOptions<Data> = {}) {
    super(options);
    this.#options = options;
    if (options.workflow !== undefined) this.workflow = options.workflow;
    if (options.version !== undefined) this.version = options.version;
    if (options.wait !== undefined) this.wait = options.wait;
  }

  /** What the other workflow starts with. */
  input(context: WorkflowContext<Data>): Awaitable<object> {
    return this.#options.input?.(context) ?? {};
  }

  protected executeByDefault(context: WorkflowContext<Data>): JsonValue {
    if (this.workflow === "") throw new StepContractError(this.name, "needs a workflow");
    return context.submission;
  }
}
