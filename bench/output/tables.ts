import { shownDuration, shownNumber } from "@drover/report";
import type { Figure } from "../figures/figures.ts";
import type { Reached } from "../figures/goals.ts";

export interface Rows {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** @param unit as figures have it */
export function shown(value: number, unit: Figure["unit"]): string {
  return unit === "ms" ? shownDuration(value) : `${shownNumber(value)} ${unit}`;
}

/** Every figure with its range over the rounds. */
export function figureRows(figures: readonly Figure[]): Rows {
  return {
    header: ["measure", "", "subject", "median", "lowest", "highest"],
    rows: figures.map(({ measure, name, subject, unit, median, low, high }) => [
      measure,
      name,
      subject,
      shown(median, unit),
      shown(low, unit),
      shown(high, unit),
    ]),
  };
}

/** What was to be reached and what is. */
export function goalRows(reached: readonly Reached[]): Rows {
  return {
    header: ["measure", "at least", "aim", "measured", "range", "verdict"],
    rows: reached.map(({ goal, measured, low, high, verdict }) => {
      const sign = goal.better === "more" ? "≥" : "≤";
      const range = low === null || high === null ? "–" : `${goal.show(low)} to ${goal.show(high)}`;
      return [
        goal.measure,
        `${sign} ${goal.show(goal.least)}`,
        `${sign} ${goal.show(goal.aim)}`,
        measured === null ? "–" : goal.show(measured),
        range,
        verdict,
      ];
    }),
  };
}
