import type { WorkflowContext } from "../context/workflow-context.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { Duration } from "./duration.ts";
import { Step, type StepOptions } from "./step.ts";

/** Which signal a step waits for, for how long, and what follows when it does not come. */
export interface SignalStepOptions<Data extends object = JsonObject> extends StepOptions<Data> {
  /** Name of the signal; the step's own name unless given. */
  readonly signal?: string;
  /** Context key that receives the payload; none unless given. */
  readonly contextKey?: string;
  /** How long to wait for the signal; for ever unless given. */
  readonly timeout?: Duration;
  /**
   * Target of the edge that is taken when nothing came in time; that edge is taken then only.
   * Without it the step fails with a SignalTimeoutError.
   */
  readonly onTimeout?: string;
}

/**
 * Waits for `POST instances/{id}/signals/{name}`. A signal that came before is taken at once, the
 * oldest first. The payload is the step's result.
 */
export class SignalStep<Data extends object = JsonObject> extends Step<Data> {
  readonly stepType = "signal";
  readonly signal: string | null = null;
  readonly contextKey: string | null = null;
  readonly onTimeout: string | null = null;

  constructor(options: SignalStepOptions<Data> = {}) {
    super(options);
    if (options.signal !== undefined) this.signal = options.signal;
    if (options.contextKey !== undefined) this.contextKey = options.contextKey;
    if (options.onTimeout !== undefined) this.onTimeout = options.onTimeout;
  }

  protected executeByDefault(context: WorkflowContext<Data>): JsonValue {
    return context.submission;
  }
}
