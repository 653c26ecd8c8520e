/**
 * What postgres.js and Node call a connection that is not there or has gone. The driver's two clocks
 * are among them: no answer came, and no connection came free.
 */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  "ANSWER_TIMEOUT",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "QUEUE_TIMEOUT",
]);

/** SQLSTATE classes: 08 connection, 57P0x server going down or starting, 53300 too many clients. */
const CONNECTION_STATES = /^(08...|57P0[1-5]|53300)$/;

/** Serialization failure and deadlock: the same statement may well succeed the next time. */
const CONFLICT_STATES = /^(40001|40P01)$/;

/** Whether Postgres could not be asked, or may or may not have done what it was asked. */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && (CONNECTION_CODES.has(code) || CONNECTION_STATES.test(code));
}

/** SQLSTATE: read-only, 53 out of resources, lock not available, 57 intervention, 58 system. */
const TROUBLE_STATES = /^(25006|53...|55P03|57...|58...)$/;

/**
 * Whether an error is the fault of what was sent: sent again, it would fail again. Everything
 * else (a connection that broke, a deadlock, a full disk, a timeout) may pass.
 */
export function isRefusal(error: unknown): boolean {
  const trouble = TROUBLE_STATES.test(codeOf(error) ?? "");
  return !trouble && !isConnectionError(error) && !isConflict(error);
}

/** Whether Postgres has undone the statement because of another one. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && CONFLICT_STATES.test(code);
}

function codeOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null) return null;
  if ("code" in error && typeof error.code === "string") return error.code;
  // Drizzle wraps what the driver threw.
  return "cause" in error && error.cause !== error ? codeOf(error.cause) : null;
}
