/** A length of time: milliseconds, or its parts added up. */
export type Duration = number | DurationParts;

export interface DurationParts {
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

const MILLISECONDS: Readonly<Record<keyof DurationParts, number>> = {
  weeks: 604_800_000,
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
  milliseconds: 1,
};

/** JavaScript's dates end 8.64e15 ms after 1970; a wait that leads beyond is a mistake. */
const LONGEST = 8.64e15;

/**
 * The duration in whole milliseconds; negative ones count as none.
 * @throws RangeError when it is not a finite number or longer than time goes
 */
export function toMilliseconds(duration: Duration): number {
  const total =
    typeof duration === "number"
      ? duration
      : Object.entries(MILLISECONDS).reduce(
          (sum, [part, factor]) =>
            // The table's keys are the parts' names.
            sum + (duration[part as keyof DurationParts] ?? 0) * factor,
          0,
        );
  if (!Number.isFinite(total) || total > LONGEST) {
    throw new RangeError(`a duration must be a finite number of milliseconds, got ${total}`);
  }
  return Math.max(0, Math.ceil(total));
}

/** The moment a duration after another, or a RangeError where there is no such date. */
export function after(moment: Date, duration: Duration): Date {
  const time = moment.getTime() + toMilliseconds(duration);
  if (time > LONGEST) throw new RangeError("the duration leads beyond the last date there is");
  return new Date(time);
}
