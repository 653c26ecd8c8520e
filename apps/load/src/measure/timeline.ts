import { percentile } from "@drover/report";
import type { TimelinePoint } from "../report/load-report.ts";
import type { Sent } from "../run/ledger.ts";
import type { Ending } from "./completions.ts";

/** Points beyond these cannot be told apart in a chart. */
const MOST_POINTS = 600;

/**
 * What happened in each second, or in longer spans where it took very long.
 * @param share which part of the endings is known, from 0 to 1: the others are taken to be alike
 */
export function timeline(
  sent: readonly Sent[],
  endings: readonly Ending[],
  share: number,
): TimelinePoint[] {
  const started = sent.filter(({ id }) => id !== null);
  const last = Math.max(
    0,
    ...latest(sent, ({ answered }) => answered),
    ...latest(endings, ({ ended }) => ended),
  );
  const width = Math.max(1, Math.ceil(last / 1_000 / MOST_POINTS));
  const spanOf = (milliseconds: number) => Math.max(Math.floor(milliseconds / 1_000 / width), 0);
  const startedIn = Map.groupBy(started, ({ answered }) => spanOf(answered));
  const intendedIn = Map.groupBy(started, ({ intended }) => spanOf(intended));
  const endedIn = Map.groupBy(endings, ({ ended }) => spanOf(ended));
  let inFlight = 0;
  return Array.from({ length: spanOf(last) + 1 }, (_, span) => {
    const starts = startedIn.get(span)?.length ?? 0;
    const ends = endedIn.get(span) ?? [];
    const completed = ends.filter(({ isCompleted }) => isCompleted);
    inFlight += starts - ends.length / share;
    return {
      second: (span + 1) * width,
      started: starts / width,
      completed: completed.length / share / width,
      inFlight: Math.max(Math.round(inFlight), 0),
      startP95: p95((intendedIn.get(span) ?? []).map((one) => one.answered - one.intended)),
      completionP95: p95(completed.map((one) => one.ended - one.intended)),
    };
  });
}

/** None or one: a spread of very many arguments would be too much. */
function latest<Item>(items: readonly Item[], momentOf: (item: Item) => number): number[] {
  if (items.length === 0) return [];
  return [items.reduce((last, item) => Math.max(last, momentOf(item)), 0)];
}

function p95(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return percentile(sorted, 0.95);
}
