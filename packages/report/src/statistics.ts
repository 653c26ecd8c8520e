/** What a set of measured values comes to; all but `count` in the unit of the values. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What floating point adds to a product such as 0.07 × 100, which is to be 7. */
const ROUNDING = 1e-9;

/**
 * The percentile by nearest rank: the smallest value that at least this share of all values does
 * not exceed. So it is exact and always one of the values; nothing is interpolated or binned.
 * @param sorted ascending
 * @param share from 0 to 1: 0.95 for the 95th percentile
 * @returns null when there are no values
 */
export function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[place(sorted.length, share)] ?? null;
}

function place(count: number, share: number): number {
  return Math.max(Math.ceil(share * count - ROUNDING), 1) - 1;
}

/**
 * The value in the middle; of an even number of values the mean of the two in the middle.
 * @param values in any order
 * @returns null when there are none
 */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/**
 * Percentiles are those of `percentile`, so `p50` may differ from `median`.
 * @param values in any order
 * @returns null when there are none
 */
export function summary(values: readonly number[]): Summary | null {
  const sorted = Float64Array.from(values).sort();
  const { length } = sorted;
  if (length === 0) return null;
  // There is one at every place: the array is not empty.
  const at = (share: number) => sorted[place(length, share)] ?? Number.NaN;
  return {
    count: length,
    mean: sorted.reduce((sum, value) => sum + value, 0) / length,
    min: at(0),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}
