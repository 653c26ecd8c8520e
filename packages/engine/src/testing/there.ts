/** What a test knows to be there. */
export function there<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error("what the test needs is not there");
  return value;
}
