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
    const alarm = this.#earliest();
    return alarm === null ? null : new Date(Math.max(alarm.at, this.#time));
  }

  /** Moves to the next alarm and lets it go off, that one alone. */
  ring(): void {
    const alarm = this.#earliest();
    if (alarm === null) return;
    this.#alarms.delete(alarm);
    this.moveTo(new Date(alarm.at));
    alarm.callback();
  }

  /** Moves on; never back. Alarms that are passed do not go off by it. */
  moveTo(moment: Date): void {
    this.#time = Math.max(this.#time, moment.getTime());
  }

  /** Of several for one moment the one that was set first. */
  #earliest(): Alarm | null {
    let earliest: Alarm | null = null;
    for (const alarm of this.#alarms) {
      if (earliest === null || alarm.at < earliest.at) earliest = alarm;
    }
    return earliest;
  }
}
