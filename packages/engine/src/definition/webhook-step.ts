import type { WorkflowContext } from "../context/workflow-context.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { Step, type StepOptions } from "./step.ts";

type Awaitable<T> = T | Promise<T>;

/** What a callback is known by and where its payload goes. */
export interface WebhookStepOptions<Data extends object = JsonObject> extends StepOptions<Data> {
  /** Context key that receives the payload; `webhook_data` unless given. */
  readonly callbackKey?: string;
  getCallbackToken?(context: WorkflowContext<Data>): Awaitable<string>;
}

/** Waits until somebody outside posts to `webhooks/{token}`; the payload goes into the context. */
export class WebhookStep<Data extends object = JsonObject> extends Step<Data> {
  readonly stepType = "webhook";
  readonly callbackKey: string = "webhook_data";
  readonly #options: WebhookStepOptions<Data>;

  constructor(options: WebhookStepOptions<Data> = {}) {
    super(options);
    this.#options = options;
    if (options.callbackKey !== undefined) this.callbackKey = options.callbackKey;
  }

  /** Who knows the token may call back; the id of the step execution unless given. */
  getCallbackToken(context: WorkflowContext<Data>): Awaitable<string> {
    return this.#options.getCallbackToken?.(context) ?? context.idempotencyKey;
  }

  protected executeByDefault(context: WorkflowContext<Data>): JsonValue {
    return context.submission;
  }
}
