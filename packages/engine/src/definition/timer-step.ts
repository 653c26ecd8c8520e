import type { WorkflowContext } from "../context/workflow-context.ts";
import { StepContractError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { Duration } from "./duration.ts";
import { Step, type StepOptions } from "./step.ts";

type Awaitable<T> = T | Promise<T>;
type DurationOf<Data extends object> = (context: WorkflowContext<Data>) => Awaitable<Duration>;

export interface TimerStepOptions<Data extends object = JsonObject> extends StepOptions<Data> {
  /** How long to wait: milliseconds, parts (`{ days: 3 }`) or a function of the context. */
  readonly duration?: Duration | DurationOf<Data>;
}

/** Waits for a length of time, over restarts too; zero and less go on at once. */
export class TimerStep<Data extends object = JsonObject> extends Step<Data> {
  readonly stepType = "timer";
  readonly duration: Duration | DurationOf<Data> | null = null;

  constructor(options: TimerStepOptions<Data> = {}) {
    super(options);
    if (options.duration !== undefined) this.duration = options.duration;
  }

  getDuration(context: WorkflowContext<Data>): Awaitable<Duration> {
    if (this.duration === null) {
      throw new StepContractError(this.name, "needs a duration or getDuration()");
    }
    return typeof this.duration === "function" ? this.duration(context) : this.duration;
  }

  protected executeByDefault(): null {
    return null;
  }
}
