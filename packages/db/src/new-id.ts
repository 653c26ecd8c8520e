import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";

/** Bytes of chance for one id, and for how many ids it is asked for at once: asking costs more than it gives. */
const BYTES = 16;
const IDS = 1_024;

const chance = new Uint8Array(BYTES * IDS);
let used = chance.length;

/** The time of the last id in milliseconds, and its place among those of the same millisecond. */
let msecs = Number.NEGATIVE_INFINITY;
let seq = 0;

/**
 * A UUIDv7: made here, known before the insert, and in the order of time in every index. Of two that
 * one process makes the later one comes after the earlier one.
 */
export function newId(): string {
  const random = nextChance();
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    // Half of the room is left to count on in.
    seq = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1;
  } else {
    seq += 1;
  }
  return v7({ msecs, seq, random });
}

/** No id that was made at this moment or later comes before this one. */
export function firstIdOf(moment: Date): string {
  return v7({ msecs: moment.getTime(), seq: 0, random: new Uint8Array(BYTES) });
}

function nextChance(): Uint8Array {
  if (used === chance.length) {
    randomFillSync(chance);
    used = 0;
  }
  used += BYTES;
  return chance.subarray(used - BYTES, used);
}
