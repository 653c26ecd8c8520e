const WORDS = 2 ** 32;

/** A number of 32 bits from others and from words, the same every time (FNV-1a, then stirred). */
export function drawnFrom(...parts: readonly (number | string)[]): number {
  let hash = 2_166_136_261;
  for (const part of parts) {
    const text = typeof part === "number" ? part.toString(36) : part;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619);
    }
    hash = Math.imul(hash ^ 124, 16_777_619);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** From 0 up to 1, the same for the same words: what steps decide, however they are interleaved. */
export function share(...parts: readonly (number | string)[]): number {
  return drawnFrom(...parts) / WORDS;
}

/** Chance from a seed (mulberry32): the same seed, the same story. */
export class Dice {
  #state: number;

  constructor(...seed: readonly (number | string)[]) {
    this.#state = drawnFrom(...seed);
  }

  /** From 0 up to 1. */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / WORDS;
  };

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  /** @throws where there is nothing to pick from */
  pick<T>(list: readonly T[]): T {
    const picked = list[Math.floor(this.next() * list.length)];
    if (picked === undefined) throw new RangeError("nothing to pick from");
    return picked;
  }
}
