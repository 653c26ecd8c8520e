import type { Bar, BarsBlock } from "./blocks.ts";
import { escapeText } from "./escape.ts";
import { seriesColour } from "./series-colour.ts";

/** Bars as elements with widths in percent: they need no script and print as they are. */
export function barsHtml({ bars, format }: BarsBlock): string {
  const most = Math.max(...bars.map(({ value, range }) => Math.max(value, range?.high ?? 0)), 0);
  const percent = (value: number) =>
    most === 0 ? 0 : Number(((Math.max(value, 0) / most) * 100).toFixed(2));
  const series = [...new Set(bars.map((bar) => bar.series ?? ""))];
  const rows = bars.map((bar) => {
    const colour = seriesColour(series.indexOf(bar.series ?? ""));
    return (
      `<div class="bar-label">${escapeText(bar.label)}</div>` +
      `<div class="bar-track"><div class="bar" style="width:${percent(bar.value)}%;` +
      `background:${colour}"></div>${whisker(bar, percent)}</div>` +
      `<div class="bar-value">${escapeText(valueOf(bar, format))}</div>`
    );
  });
  return `${legend(series)}<div class="bars">${rows.join("\n")}</div>`;
}

function whisker({ range }: Bar, percent: (value: number) => number): string {
  if (range === undefined) return "";
  const left = percent(range.low);
  const width = Number((percent(range.high) - left).toFixed(2));
  return `<div class="whisker" style="left:${left}%;width:${width}%"></div>`;
}

function valueOf({ value, range }: Bar, format: (value: number) => string): string {
  if (range === undefined) return format(value);
  return `${format(value)} (${format(range.low)} to ${format(range.high)})`;
}

function legend(series: readonly string[]): string {
  if (series.length < 2) return "";
  const entries = series.map(
    (name, index) =>
      `<span class="key"><i style="background:${seriesColour(index)}"></i>${escapeText(name)}</span>`,
  );
  return `<p class="legend">${entries.join(" ")}</p>`;
}
