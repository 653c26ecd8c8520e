import type { Clock } from "@drover/local";

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to move. */
export class VirtualClock implements Clock {
  readonly #alarms = new Set<Alarm>();
  #time: number;

  constructor(start: Date) {
    this.#time = start.getTime();
  }

  now(): Date {
    return new Date(this.#time);
  }

  wakeAt(moment: Date, callback: () => void): () => void {
    const alarm = { at: moment.getTime(), callback };
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }

  /** When the next alarm goes off; null when none is set. */
  get next(): Date | null {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { at } of this.#alarms) earliest = Math.min(earliest, at);
    return Number.isFinite(earliest) ? new Date(Math.max(earliest, this.#time)) : null;
  }

  /** Moves to the next alarm and lets all go off that are set for then, in the order of setting. */
  ring(): void {
    const { next } = this;
    if (next === null) return;
    this.moveTo(next);
    const due = [...this.#alarms].filter(({ at }) => at <= this.#time);
    for (const alarm of due.sort((left, right) => left.at - right.at)) {
      // One of them may have canceled another: a time limit ends the code that sleeps.
      if (this.#alarms.delete(alarm)) alarm.callback();
    }
  }

  /** Moves on; never back. Alarms that are passed do not go off by it. */
  moveTo(moment: Date): void {
    this.#time = Math.max(this.#time, moment.getTime());
  }
}
