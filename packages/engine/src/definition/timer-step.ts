import type { WorkflowContext } from "../context/workflow-context.ts";
import { StepContractError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { Duration } from "./duration.ts";
import { Step, type StepOptions } from "./step.ts";

type Awaitable<T> = T | Promise<T>;
type DurationOf<Data extends object> = (context: WorkflowContext<Data>) => Awaitable<Duration>;
type MomentOf<Data extends object> = (context: WorkflowContext<Data>) => Awaitable<Date | string>;

/** How long a step waits, or until when: one of the two. */
export interface TimerStepOptions<Data extends object = JsonObject> extends StepOptions<Data> {
  /** How long to wait: milliseconds, parts (`{ days: 3 }`), `P3D` or a function of the context. */
  readonly duration?: Duration | DurationOf<Data>;
  /** Until when to wait: a Date, ISO 8601 text or a function of the context. */
  readonly until?: Date | string | MomentOf<Data>;
}

/**
 * Waits for a length of time or until a moment, over restarts too; what is over already goes on at
 * once. A step has one of the two: as an option, as a field, or by overriding its method.
 */
export class TimerStep<Data extends object = JsonObject> extends Step<Data> {
  readonly stepType = "timer";
  readonly duration: Duration | DurationOf<Data> | null = null;
  readonly until: Date | string | MomentOf<Data> | null = null;

  constructor(options: TimerStepOptions<Data> = {}) {
    super(options);
    if (options.duration !== undefined) this.duration = options.duration;
    if (options.until !== undefined) this.until = options.until;
  }

  getDuration(context: WorkflowContext<Data>): Awaitable<Duration> {
    if (this.duration === null) throw new StepContractError(this.name, "has no duration");
    return typeof this.duration === "function" ? this.duration(context) : this.duration;
  }

  /** The moment when the wait is over; text is ISO 8601, a time in it has an offset. */
  getUntil(context: WorkflowContext<Data>): Awaitable<Date | string> {
    if (this.until === null) throw new StepContractError(this.name, "has no until");
    return typeof this.until === "function" ? this.until(context) : this.until;
  }

  /**
   * Which of the two the step has.
   * @param stepName its name in the definition, for the error
   * @throws StepContractError when it has both or neither
   */
  waitsFor(stepName: string): "duration" | "until" {
    const forDuration =
      this.duration !== null || this.getDuration !== TimerStep.prototype.getDuration;
    const untilMoment = this.until !== null || this.getUntil !== TimerStep.prototype.getUntil;
    if (forDuration && untilMoment) {
      throw new StepContractError(stepName, "has both a duration and an until: one of them counts");
    }
    if (!forDuration && !untilMoment) {
      throw new StepContractError(
        stepName,
        "needs a duration or an until, or getDuration() or getUntil()",
      );
    }
    return forDuration ? "duration" : "until";
  }

  override get hasCode(): boolean {
    return super.hasCode || this.executeByDefault !== TimerStep.prototype.executeByDefault;
  }

  protected executeByDefault(): null {
    return null;
  }
}
