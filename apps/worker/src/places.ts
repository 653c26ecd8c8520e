import type { Timers } from "@drover/engine";

/** From where work comes that waits for a place. */
type Line = "queue" | "own";

/** Somebody in line, who is told whether there is a place. */
type Waiting = (hasPlace: boolean) => void;

/**
 * The places on which a worker carries on branches: as many as it may run steps at once. Who finds
 * none free waits in line for a while. There is a line for what the queue brings and one for what the
 * worker has kept; they are served in turn, so that a wide group does not hold up everybody else.
 */
export class Places {
  readonly #timers: Timers;
  readonly #onChange: (isAnyFree: boolean) => void;
  readonly #lines = { queue: new Set<Waiting>(), own: new Set<Waiting>() };
  #turn: Line = "queue";
  #free: number;

  /** @param onChange told when the last free place is taken, and when there is one again */
  constructor(count: number, timers: Timers, onChange: (isAnyFree: boolean) => void = () => {}) {
    this.#free = count;
    this.#timers = timers;
    this.#onChange = onChange;
  }

  get isAnyFree(): boolean {
    return this.#free > 0;
  }

  /**
   * Does some work on a place.
   * @returns null where none came free within so many milliseconds: nothing was done
   */
  async use<T>(line: Line, patience: number, work: () => Promise<T>): Promise<T | null> {
    const giveBack = await this.take(line, patience);
    if (giveBack === null) return null;
    try {
      return await work();
    } finally {
      giveBack();
    }
  }

  /**
   * Takes a place for work that is not waited for.
   * @returns gives it back, to be called once; null where none came free within so many milliseconds
   */
  async take(line: Line, patience: number): Promise<(() => void) | null> {
    const hasPlace = this.#takeFree() || (await this.#waitInLine(line, patience));
    return hasPlace ? () => this.#giveBack() : null;
  }

  /** Sends all away who wait in a line. */
  dismiss(line: Line): void {
    for (const waiting of this.#lines[line]) waiting(false);
  }

  #takeFree(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    if (this.#free === 0) this.#onChange(false);
    return true;
  }

  #waitInLine(line: Line, patience: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiting: Waiting = (hasPlace) => {
      cancel();
      this.#lines[line].delete(waiting);
      resolve(hasPlace);
    };
    const cancel = this.#timers.after(patience, () => waiting(false));
    this.#lines[line].add(waiting);
    return promise;
  }

  /** The place goes on to who is next, if there is somebody: it is never free in between. */
  #giveBack(): void {
    const first = this.#turn;
    const second = first === "queue" ? "own" : "queue";
    this.#turn = second;
    const [next] = this.#lines[first].size > 0 ? this.#lines[first] : this.#lines[second];
    if (next !== undefined) next(true);
    else {
      this.#free += 1;
      if (this.#free === 1) this.#onChange(true);
    }
  }
}
