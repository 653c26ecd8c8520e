import { v7 } from "uuid";

/** A UUIDv7: made here, known before the insert, and in the order of time in every index. */
export function newId(): string {
  return v7();
}

/** No id that was made at this moment or later comes before this one. */
export function firstIdOf(moment: Date): string {
  return v7({ msecs: moment.getTime(), seq: 0, random: new Uint8Array(16) });
}
