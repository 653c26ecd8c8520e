import { type Account, caveat } from "./account.ts";

/** All of a run, for programs. */
export function jsonReport(account: Account): object {
  const { result, reached, ground, quick, took, sizes } = account;
  return {
    quick,
    caveat: caveat(account),
    rounds: result.rounds,
    seconds: took,
    rows_checked: result.rowsChecked,
    ground,
    history: sizes.history,
    goals: reached.map(({ goal, measured, low, high, verdict }) => ({
      measure: goal.measure,
      least: goal.least,
      aim: goal.aim,
      better: goal.better,
      measured,
      low,
      high,
      verdict,
    })),
    figures: result.figures.list(),
    loads: result.loads,
  };
}
