import { type Block, htmlPage, type Cell, type Verdict } from "@drover/report";
import type { Figure } from "../figures/figures.ts";
import type { Reached } from "../figures/goals.ts";
import { type Account, caveat, loadInWords } from "./account.ts";
import { figureRows, goalRows, shown } from "./tables.ts";

const COLOURS: Readonly<Record<Reached["verdict"], Verdict | null>> = {
  "reaches the aim": "good",
  "reaches the least": "fair",
  "falls short": "bad",
  "not measured": null,
};

/** A run as a page with plots, which loads nothing from elsewhere. */
export function htmlReport(account: Account): string {
  const { result, ground } = account;
  const figures = result.figures.list();
  const { header, rows } = figureRows(figures);
  const told = [...ground, loadInWords(account), caveat(account)].filter((line) => line !== null);
  return htmlPage({
    title: "Drover, measured",
    subtitle: `${result.rounds} rounds, ${result.rowsChecked.toLocaleString("en-US")} rows looked at`,
    blocks: [
      goals(account),
      ...plots(figures),
      { kind: "table", heading: "All figures", header, rows },
      { kind: "text", heading: "What it ran on", paragraphs: told },
    ],
  });
}

function goals({ reached }: Account): Block {
  const { header, rows } = goalRows(reached);
  const cells = rows.map((row, index): Cell[] => {
    const last = reached[index]?.verdict ?? "not measured";
    const colour = COLOURS[last];
    return [...row.slice(0, -1), colour === null ? last : { text: last, verdict: colour }];
  });
  return { kind: "table", heading: "What was to be reached", header, rows: cells };
}

/** A plot for the figures of each measure that have one unit; whiskers are the range of the rounds. */
function plots(figures: readonly Figure[]): Block[] {
  const groups = Map.groupBy(figures, ({ measure, unit }) => `${measure}, ${unit}`);
  return [...groups].map(([heading, group]) => ({
    kind: "bars",
    heading,
    bars: group.map(({ name, subject, median, low, high }) => ({
      label: `${name} · ${subject}`,
      value: median,
      range: { low, high },
      series: subject,
    })),
    format: (value) => shown(value, group[0]?.unit ?? "ms"),
  }));
}
