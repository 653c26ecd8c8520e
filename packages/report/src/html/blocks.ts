interface Headed {
  /** Above the block. */
  readonly heading?: string;
  /** Below the heading, in a few words: what is shown and how it is to be read. */
  readonly note?: string;
}

/** Paragraphs. */
export interface TextBlock extends Headed {
  readonly kind: "text";
  readonly paragraphs: readonly string[];
}

/** How a cell is coloured; its text has to say the same, as not everybody sees colours. */
export type Verdict = "good" | "fair" | "bad";

export type Cell = string | { readonly text: string; readonly verdict: Verdict };

export interface TableBlock extends Headed {
  readonly kind: "table";
  readonly header: readonly string[];
  /** As many cells as the header has; columns of figures are set to the right. */
  readonly rows: readonly (readonly Cell[])[];
}

export interface Bar {
  readonly label: string;
  /** From 0. */
  readonly value: number;
  /** Drawn as a whisker over the bar: the range of repeated measurements, for instance. */
  readonly range?: { readonly low: number; readonly high: number };
  /** Bars of one series have one colour; a legend names them where there are several. */
  readonly series?: string;
}

export interface BarsBlock extends Headed {
  readonly kind: "bars";
  readonly bars: readonly Bar[];
  /** How a value is written, with its unit. */
  readonly format: (value: number) => string;
}

export interface LineSeries {
  readonly name: string;
  /** A value for each of `x.values`; null where there is none. */
  readonly values: readonly (number | null)[];
}

export interface LinesBlock extends Headed {
  readonly kind: "lines";
  /** Ascending. */
  readonly x: { readonly label: string; readonly values: readonly number[] };
  /** Of all series; what is of another unit belongs into a block of its own. */
  readonly unit: string;
  readonly series: readonly LineSeries[];
}

export type Block = TextBlock | TableBlock | BarsBlock | LinesBlock;
