import { shownDuration, shownNumber, shownShare, type Summary } from "@drover/report";
import type { ReadBack } from "../measure/read-back.ts";
import type { LoadRun } from "../run/load-run.ts";
import type { InstanceFigures } from "./load-report.ts";

/** Milliseconds that the generator may be late at its p99 before the figures are doubtful. */
const WORTH_TELLING = 50;

/** What has to be known to read the figures rightly. */
export function notes(
  run: LoadRun,
  read: ReadBack,
  instances: InstanceFigures,
  lag: Summary | null,
): string[] {
  return [
    ...whatStopped(run, instances),
    ...whatWaits(run, instances),
    ...whatFailed(run, instances),
    ...howMeasured(run, read, lag),
  ];
}

function whatStopped(run: LoadRun, { scheduled, sent, underWay }: InstanceFigures): string[] {
  const told = [];
  if (run.interrupted) {
    told.push(
      `It was interrupted after ${shownNumber(sent)} of ${shownNumber(scheduled)} starts: ` +
        "these are the figures until then, and nobody answers tasks any more.",
    );
  } else if (!run.atRest && underWay > 0) {
    told.push(
      `${shownNumber(underWay)} instances had not ended ${shownDuration(run.options.timeout)} ` +
        "after the last start; they are in no latency (--timeout).",
    );
  }
  return told;
}

function whatWaits(
  { options, interrupted }: LoadRun,
  { waiting, started }: InstanceFigures,
): string[] {
  if (waiting === 0) return [];
  if (options.completeTasks && interrupted) return [];
  const many = `${shownNumber(waiting)} of ${shownNumber(started)} instances`;
  return options.completeTasks
    ? [`${many} still wait: for timers, callbacks, signals, or for an answer that was refused.`]
    : [
        `${many} wait for people, or for timers, callbacks or signals; --complete-tasks answers people's tasks.`,
      ];
}

function whatFailed({ preparation }: LoadRun, { failed, started }: InstanceFigures): string[] {
  if (failed === 0) return [];
  const isInputGiven = preparation.inputFrom === "as given";
  const hint = isInputGiven
    ? ""
    : ` Their input was ${preparation.inputFrom}: --input gives another.`;
  return [`${shownNumber(failed)} of ${shownNumber(started)} instances failed.${hint}`];
}

function howMeasured(
  { clock, ledger }: LoadRun,
  { share }: ReadBack,
  lag: Summary | null,
): string[] {
  const told = [];
  if (share < 1) told.push(`Completions are those of ${shownShare(share)} of the instances.`);
  if (clock.milliseconds !== 0) {
    told.push(
      `The server's clock is ${shownDuration(clock.milliseconds)} ahead of this machine's, ` +
        `give or take ${shownDuration(clock.uncertainty)}; moments are corrected by that.`,
    );
  }
  if (lag !== null && lag.p99 > WORTH_TELLING) {
    told.push(
      `This machine has sent late (p99 ${shownDuration(lag.p99)}): latencies have that in them. ` +
        "Take a lower rate, or a machine that has more to spare.",
    );
  }
  if (ledger.errors.some(({ during }) => during === "count")) {
    told.push("The progress could not be read all the time.");
  }
  return told;
}
