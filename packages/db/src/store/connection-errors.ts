import { OverloadedError } from "./overloaded-error.ts";

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

/** 28 not let in, 3D000 no such database: what a new connection is told, and no fault of a statement's. */
const DENIED_STATES = /^(28...|3D000)$/;

/** Read-only: a standby, or told to be. */
const READ_ONLY_STATE = "25006";

/** 53 out of resources, as a full disk; 58 what the system underneath cannot do, as reading a file. */
const EXHAUSTED_STATES = /^5[38]...$/;

/** 55P03 a lock was not to be had, 57 somebody's intervention, as the limit of time. */
const BUSY_STATES = /^(55P03|57...)$/;

/**
 * What is the matter with a Postgres that does not do what it was asked, and may do so later:
 * - `unreachable`: it may or may not have done it; all others say that it has not.
 * - `read-only`: it takes no writes, as a standby.
 * - `exhausted`: it has no room on its disk, or no memory.
 * - `busy`: the statement took too long, others were in the way, or too many are waiting.
 */
export type DatabaseTrouble = "unreachable" | "read-only" | "exhausted" | "busy";

/** Whether Postgres lets nobody in with what this process was given: trying again is of no use. */
export function isDenied(error: unknown): boolean {
  return DENIED_STATES.test(codeOf(error) ?? "");
}

/** The trouble that an error tells of; null where it tells of none. */
export function databaseTrouble(error: unknown): DatabaseTrouble | null {
  if (isConnectionError(error) || isDenied(error)) return "unreachable";
  const code = codeOf(error);
  if (code === null) return null;
  if (error instanceof OverloadedError) return "busy";
  if (code === READ_ONLY_STATE) return "read-only";
  if (EXHAUSTED_STATES.test(code)) return "exhausted";
  return CONFLICT_STATES.test(code) || BUSY_STATES.test(code) ? "busy" : null;
}

/**
 * Whether an error is the fault of what was sent: sent again, it would fail again. Everything
 * else (a connection that broke, a deadlock, a full disk, a timeout) may pass.
 */
export function isRefusal(error: unknown): boolean {
  return databaseTrouble(error) === null;
}

function codeOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null) return null;
  if ("code" in error && typeof error.code === "string") return error.code;
  // Drizzle wraps what the driver threw.
  return "cause" in error && error.cause !== error ? codeOf(error.cause) : null;
}
