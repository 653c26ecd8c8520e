/**
 * Long lists are read in pieces: each begins after the moment and the id of the last row before it.
 * Its place is written as text, "2026-01-01 00:00:00.123456+00|018f…", for whoever asks for the next.
 */

/** Before all moments and all ids. */
const BEGINNING = ["-infinity", "00000000-0000-0000-0000-000000000000"] as const;

/** @returns the values of a statement that goes on after a place */
export function placeAfter(place: string | null): readonly [moment: string, id: string] {
  const [moment, id] = place?.split("|") ?? BEGINNING;
  return [moment ?? BEGINNING[0], id ?? BEGINNING[1]];
}

/** Where a piece ends; an empty one where it began. */
export function endOf(
  rows: readonly { readonly moment: string; readonly id: string }[],
  after: string | null,
): string | null {
  const last = rows.at(-1);
  return last === undefined ? after : `${last.moment}|${last.id}`;
}
