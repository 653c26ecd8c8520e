/** 57014 statement timeout, 55P03 lock timeout, 40001 and 40P01 conflicts that outlasted all tries. */
const OVERLOADED: ReadonlySet<string> = new Set(["57014", "55P03", "40001", "40P01"]);

/** Whether Postgres is there and had no time: the same request may well succeed later. */
export function isOverloaded(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if ("code" in error && typeof error.code === "string" && OVERLOADED.has(error.code)) return true;
  // Drizzle wraps what the driver threw.
  return "cause" in error && error.cause !== error && isOverloaded(error.cause);
}
