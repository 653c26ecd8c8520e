/** A number from 0 up to 1, without 1. */
export type Draw = () => number;

/**
 * Draws that come of the seed alone (mulberry32).
 * @param seed whole; of larger ones the lower 32 bits count
 */
export function seededDraw(seed: number): Draw {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
