import { textTable } from "@drover/report";
import { type Account, caveat, loadInWords } from "./account.ts";
import { figureRows, goalRows } from "./tables.ts";

/** The end of a run as it is printed. */
export function textReport(account: Account): string {
  const { result, reached, ground, took } = account;
  const figures = figureRows(result.figures.list());
  const goals = goalRows(reached);
  const rounds = result.rounds === 1 ? "1 round" : `${result.rounds} rounds`;
  return [
    textTable(figures.header, figures.rows),
    ...ground,
    loadInWords(account),
    `${rounds} in ${Math.round(took)} s; ${result.rowsChecked.toLocaleString("en-US")} rows looked at, each the only one of its step`,
    ...(caveat(account) === null ? [] : [caveat(account)]),
    "",
    textTable(goals.header, goals.rows),
  ].join("\n");
}
