import type { Changes } from "@drover/engine";

/** One transition on its way into the tables. */
export interface Transition {
  /** Tells this transition from any other, also when it is sent twice. */
  readonly id: string;
  readonly changes: Changes;
}

/** The rows of some transitions, each with the number of its transition. */
export function rowsOf<T>(
  transitions: readonly Transition[],
  rows: (changes: Changes) => readonly T[],
): (T & { n: number })[] {
  return transitions.flatMap(({ changes }, n) => rows(changes).map((row) => ({ ...row, n })));
}
