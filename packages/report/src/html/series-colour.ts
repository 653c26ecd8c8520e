/** How many colours the style sheet has. */
const COLOURS = 6;

/** @param index of the series, from 0; after the last colour it begins anew */
export function seriesColour(index: number): string {
  return `var(--series-${(index % COLOURS) + 1})`;
}
