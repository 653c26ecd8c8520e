import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LinesBlock } from "./blocks.ts";
import { scriptJson } from "./escape.ts";

/** A place for a chart, with what it shows beside it as data; `linesScript` draws it. */
export function linesHtml({ x, unit, series }: LinesBlock): string {
  const chart = {
    x: x.label,
    unit,
    names: series.map(({ name }) => name),
    data: [x.values, ...series.map(({ values }) => values)],
  };
  return (
    `<div class="chart"><script type="application/json">${scriptJson(chart)}</script>` +
    `<noscript><p>Charts are drawn by a script, which this browser does not run.</p></noscript></div>`
  );
}

/** The library that draws charts, and how it is used here: for a script element. */
export function linesScript(): string {
  const drawing = textOf(import.meta.resolve("./draw-lines.browser.js"));
  return `${textOf(import.meta.resolve("uplot/dist/uPlot.iife.min.js"))}\n${drawing}`;
}

/** For a style element. */
export function linesStyle(): string {
  return textOf(import.meta.resolve("uplot/dist/uPlot.min.css"));
}

function textOf(url: string): string {
  return readFileSync(fileURLToPath(url), "utf8");
}
