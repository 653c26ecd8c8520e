import type { ChaosResult } from "../chaos-run.ts";
import { KINDS } from "../disturbances/kinds.ts";
import type { ChaosOptions } from "./arguments.ts";

/** Lines about what is wrong; more of them say nothing new. */
const MOST_WRONG = 40;

/** A time to recover, over all disturbances of one kind that were alone. */
export interface Recovery {
  readonly kind: string;
  readonly times: number;
  /** How many of them were measured: alone, and something was hit. */
  readonly measured: number;
  /** Seconds; null when none was measured. */
  readonly p50: number | null;
  readonly max: number | null;
}

/** The figures of a run, by their names. */
export function figures(result: ChaosResult, options: ChaosOptions) {
  const { instances, effects, log, happened } = result;
  const count = (beginning: string) =>
    result.wrong.filter((what) => what.startsWith(beginning)).length;
  return {
    seed: options.seed,
    minutes: options.minutes,
    workers: options.workers,
    "instances started": instances.completed + instances.failed + instances.stuck.length,
    completed: instances.completed,
    "failed as their definition demands": instances.failed,
    lost: instances.lost.length,
    stuck: instances.stuck.length,
    effects: effects.effects,
    "effects that counted twice": effects.wrong.length + instances.doubled.length,
    "effects repeated under their key": effects.repeatedEffects,
    "attempts repeated": effects.repeatedAttempts,
    "stale commits fenced": log.staleCommits,
    "steps taken back from silent workers": log.takenBack,
    "steps lost on their way to a worker": log.strayed,
    "requeued by the sweeper": log.requeued,
    "rebuilds of the queue": log.rebuilds,
    "deaths at fault points": log.plannedFaults,
    "requests repeated by clients": result.retriedRequests,
    "unhandled errors": count("unhandled:"),
    faults: happened.length,
    wrong: result.wrong.length,
  };
}

/** Times to recover by kind, those of two kinds at once by themselves. */
export function recoveries({ happened }: ChaosResult): Recovery[] {
  return KINDS.map((kind) => {
    const ofKind = happened.filter((one) => one.kind === kind);
    const seconds = ofKind
      .flatMap(({ alone, recovered }) => (alone && recovered !== null ? recovered / 1_000 : []))
      .sort((one, other) => one - other);
    return {
      kind,
      times: ofKind.length,
      measured: seconds.length,
      p50: seconds[Math.floor((seconds.length - 1) / 2)] ?? null,
      max: seconds.at(-1) ?? null,
    };
  });
}

/** The whole report, for people. */
export function report(result: ChaosResult, options: ChaosOptions): string {
  const table = Object.entries(figures(result, options)).map(
    ([name, value]) => `  ${name.padEnd(38)}${String(value).padStart(12)}`,
  );
  const shown = (seconds: number | null) => (seconds === null ? "-" : seconds.toFixed(1));
  const times = recoveries(result).map(
    ({ kind, times: n, measured, p50, max }) =>
      `  ${kind.padEnd(28)}${String(n).padStart(6)}${String(measured).padStart(10)}` +
      `${shown(p50).padStart(8)}${shown(max).padStart(8)}`,
  );
  const reasons = Object.entries(result.retryReasons).map(([why, count]) => `${count} × ${why}`);
  const errors = Object.entries(result.log.errors).map(
    ([message, count]) => `  ${count} × ${message}`,
  );
  return [
    ...table,
    "",
    `  ${"time to recover, seconds".padEnd(28)}${"times".padStart(6)}${"measured".padStart(10)}` +
      `${"p50".padStart(8)}${"max".padStart(8)}`,
    ...times,
    ...(reasons.length === 0 ? [] : ["", `  requests were repeated for: ${reasons.join(", ")}`]),
    ...(errors.length === 0 ? [] : ["", "  errors that were caught and told:", ...errors]),
    ...(result.wrong.length === 0 ? [] : ["", "wrong:"]),
    ...result.wrong.slice(0, MOST_WRONG).map((what) => `  ${what}`),
    ...(result.wrong.length > MOST_WRONG ? [`  and ${result.wrong.length - MOST_WRONG} more`] : []),
    "",
  ].join("\n");
}
