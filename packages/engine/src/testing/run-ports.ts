import type { StepSignal } from "../context/step-signal.ts";
import type { Abortable, RunPorts, Timers } from "../execution/step-run.ts";

/** Alarms that go off when the test says that time passes. */
export class ManualTimers implements Timers {
  readonly #alarms = new Set<{ readonly at: number; readonly callback: () => void }>();
  #time = 0;

  after(milliseconds: number, callback: () => void): () => void {
    const alarm = { at: this.#time + milliseconds, callback };
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }

  /** How many alarms are set. */
  get set(): number {
    return this.#alarms.size;
  }

  /** Lets time pass; what falls due meanwhile goes off in the order of time. */
  pass(milliseconds: number): void {
    const until = this.#time + milliseconds;
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#time = next.at;
      this.#alarms.delete(next);
      next.callback();
    }
    this.#time = until;
  }

  #next(until: number) {
    return [...this.#alarms].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  }
}

/** A signal as the platform's, for tests of what knows no platform. */
export function anAbortable(outer?: StepSignal): Abortable {
  const listeners = new Set<() => void>();
  const state: { aborted: boolean; reason: unknown } = { aborted: false, reason: undefined };
  const signal: unknown = {
    get aborted() {
      return state.aborted;
    },
    get reason() {
      return state.reason;
    },
    throwIfAborted() {
      if (state.aborted) throw state.reason;
    },
    addEventListener: (_: "abort", listener: () => void) => listeners.add(listener),
    removeEventListener: (_: "abort", listener: () => void) => listeners.delete(listener),
  };
  const abort = (reason: unknown) => {
    if (state.aborted) return;
    Object.assign(state, { aborted: true, reason });
    for (const listener of listeners) listener();
  };
  outer?.addEventListener("abort", () => abort(outer.reason));
  // Has what code asks of a signal.
  return { signal: signal as StepSignal, abort };
}

/** Ports for runs in which nothing depends on time or chance: time stands still, chance says 0. */
export function stillPorts(): RunPorts & { readonly timers: ManualTimers } {
  return {
    now: () => new Date(0),
    random: () => 0,
    hashToken: (token) => token,
    timers: new ManualTimers(),
    abortable: anAbortable,
  };
}
