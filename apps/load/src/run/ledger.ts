/** What became of the request that starts an instance; moments in milliseconds since the start of the load. */
export interface Sent {
  /** When it was to be sent, by the schedule. */
  readonly intended: number;
  /** When it was. */
  readonly sent: number;
  /** When the answer was there, or that there would be none. */
  readonly answered: number;
  /** Null unless the instance was started. */
  readonly id: string | null;
}

/** How often something went wrong, and an example of it. */
export interface ErrorCount {
  /** What was under way: `start`, `complete task`, `instance`, `progress`. */
  readonly during: string;
  /** Status and code of an answer, code of a connection, or an error's message. */
  readonly kind: string;
  readonly count: number;
  /** In words, of the first one. */
  readonly example: string;
}

/** Kinds beyond these are counted together: errors may have ids in their text. */
const MOST_KINDS = 50;

/** What is written down while the load runs. */
export class Ledger {
  readonly sent: Sent[] = [];
  /** Milliseconds of each answer of a person, from the request on. */
  readonly answers: number[] = [];
  readonly #errors = new Map<
    string,
    { during: string; kind: string; count: number; example: string }
  >();

  error(during: string, kind: string, example: string, count = 1): void {
    const known = this.#errors.get(`${during} ${kind}`);
    const isRoom = this.#errors.size < MOST_KINDS;
    const name = known !== undefined || isRoom ? kind : "others";
    const entry = this.#errors.get(`${during} ${name}`) ?? {
      during,
      kind: name,
      count: 0,
      example,
    };
    entry.count += count;
    this.#errors.set(`${during} ${name}`, entry);
  }

  /** The most frequent first. */
  get errors(): ErrorCount[] {
    return [...this.#errors.values()].sort((one, other) => other.count - one.count);
  }
}
