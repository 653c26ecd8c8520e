import { v7 } from "uuid";

/** A UUIDv7: made here, known before the insert, and in the order of time in every index. */
export function newId(): string {
  return v7();
}
