export { shownDuration, shownNumber, shownShare } from "./figures.ts";
export type {
  Bar,
  BarsBlock,
  Block,
  Cell,
  LinesBlock,
  LineSeries,
  TableBlock,
  TextBlock,
  Verdict,
} from "./html/blocks.ts";
export { htmlPage, type Page } from "./html/page.ts";
export { median, percentile, summary, type Summary } from "./statistics.ts";
export { markdownTable, textTable } from "./tables.ts";
