import { shownDuration, shownNumber, percentile } from "@drover/report";
import { busy } from "../run/counts.ts";
import type { LoadView } from "../run/load-run.ts";

/** Milliseconds between two lines: one that is rewritten, and lines one below the other. */
const REWRITE_EVERY = 250;
const LINE_EVERY = 5_000;

/** Answers that the p95 of this moment is of. */
const RECENT = 500;

/** One line about a load under way. @param elapsed milliseconds */
export function progressLine({ scheduled, ledger, counts }: LoadView, elapsed: number): string {
  const recent = ledger.sent
    .slice(-RECENT)
    .map(({ answered, intended }) => answered - intended)
    .sort((one, other) => one - other);
  const errors = ledger.errors.reduce((sum, { count }) => sum + count, 0);
  return [
    shownDuration(Math.floor(elapsed / 1_000) * 1_000),
    `sent ${shownNumber(ledger.sent.length)}/${shownNumber(scheduled)}`,
    `completed ${shownNumber(counts.completed)}`,
    `failed ${shownNumber(counts.failed)}`,
    `in flight ${shownNumber(busy(counts) + counts.waiting)}`,
    `p95 of starts ${shownDuration(percentile(recent, 0.95))}`,
    `errors ${shownNumber(errors)}`,
  ].join("  ");
}

/** Shows the progress until it is disposed of. */
export class Progress implements Disposable {
  readonly #out: NodeJS.WriteStream;
  readonly #timer: NodeJS.Timeout;

  /** @param view asked for each line */
  constructor(out: NodeJS.WriteStream, view: () => LoadView) {
    this.#out = out;
    const begin = performance.now();
    const show = () => this.#show(progressLine(view(), performance.now() - begin));
    this.#timer = setInterval(show, out.isTTY ? REWRITE_EVERY : LINE_EVERY);
  }

  #show(line: string): void {
    if (!this.#out.isTTY) {
      this.#out.write(`${line}\n`);
      return;
    }
    // Longer than the terminal is wide it would break and could not be rewritten.
    this.#out.write(`\r\u001b[K${line.slice(0, Math.max(this.#out.columns - 1, 0))}`);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (this.#out.isTTY) this.#out.write("\r\u001b[K");
  }
}
