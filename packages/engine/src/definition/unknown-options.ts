import { isPlainObject } from "./said.ts";

/**
 * Options that nothing reads, in words and with the name that was probably meant. Only objects that
 * were written down are looked at: those of classes may have fields of their own.
 */
export function unknownOptions(options: unknown, known: readonly string[]): string[] {
  if (!isPlainObject(options)) return [];
  return Object.entries(options)
    .filter(([name, value]) => value !== undefined && !known.includes(name))
    .map(([name]) => {
      const meant = nearest(name, known);
      return `unknown option '${name}'${meant === null ? "" : `: did you mean '${meant}'?`}`;
    });
}

/** The name that is a few letters away, or that begins with what was written; null for none. */
function nearest(written: string, known: readonly string[]): string | null {
  const far = Math.max(1, Math.floor(written.length / 3)) + 1;
  let [found, least]: [string | null, number] = [null, far];
  for (const name of known) {
    const begins = written.length >= 4 && name.startsWith(written);
    const steps = begins ? 1 : editDistance(written.toLowerCase(), name.toLowerCase());
    if (steps < least) [found, least] = [name, steps];
  }
  return found;
}

/** How many letters are to be put in, left out or exchanged (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of from.split("").entries()) {
    const next = [index + 1];
    for (const [column, other] of to.split("").entries()) {
      const exchanged = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(exchanged, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
