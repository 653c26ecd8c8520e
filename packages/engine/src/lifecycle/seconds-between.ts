/** @returns null where one of the two is not known */
export function secondsBetween(from: Date | null, to: Date | null): number | null {
  return from === null || to === null ? null : Math.max(0, to.getTime() - from.getTime()) / 1_000;
}
