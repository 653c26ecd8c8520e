import { median } from "@drover/report";

export type Unit = "steps/s" | "per second" | "ms" | "MB" | "s";

/** What a number is of. */
export interface FigureKey {
  readonly measure: string;
  /** Of several that a measure gives: `1 worker`, `p99`. */
  readonly name: string;
  readonly subject: string;
  readonly unit: Unit;
}

/** A figure over all rounds. */
export interface Figure extends FigureKey {
  /** In the order of the rounds; null for a round that did not come to it. */
  readonly values: readonly (number | null)[];
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** All that was measured, by figure and round. */
export class Figures {
  readonly #values = new Map<string, { key: FigureKey; rounds: (number | null)[] }>();

  /** @param round from 0 up */
  add(key: FigureKey, round: number, value: number): void {
    const known = this.#values.get(idOf(key)) ?? { key, rounds: [] };
    while (known.rounds.length < round) known.rounds.push(null);
    known.rounds[round] = value;
    this.#values.set(idOf(key), known);
  }

  /** @returns null where the round has no such figure */
  at(key: Omit<FigureKey, "unit">, round: number): number | null {
    return this.#values.get(idOf(key))?.rounds[round] ?? null;
  }

  /** In the order in which they first came. */
  list(): Figure[] {
    return [...this.#values.values()].map(({ key, rounds }) => {
      const values = rounds.filter((value) => value !== null);
      return {
        ...key,
        values: rounds,
        median: median(values) ?? Number.NaN,
        low: Math.min(...values),
        high: Math.max(...values),
      };
    });
  }
}

function idOf({ measure, name, subject }: Omit<FigureKey, "unit">): string {
  return JSON.stringify([measure, name, subject]);
}
