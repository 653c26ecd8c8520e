import { z } from "zod";

export { apiKeys } from "./api-keys.ts";

/** Every description is what somebody reads who got the variable wrong: "expected …". */

export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most))
    .describe(`a whole number from ${least} to ${most}`);
}

function urlOf(...protocols: readonly string[]) {
  return z.string().refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && protocols.includes(url.protocol) && url.hostname !== "";
  });
}

export const databaseUrl = urlOf("postgres:", "postgresql:").describe(
  "a URL like postgres://user:password@host:5432/database",
);

export const redisUrl = urlOf("redis:", "rediss:").describe(
  "a URL like redis://host:6379 or rediss://user:password@host:6379",
);

export const queueBackend = z.enum(["redis", "postgres"]).describe("redis or postgres");

export const queuePrefix = z
  .string()
  .regex(/^[\w-]+$/)
  .describe("letters, digits, '_' and '-'");

/** Where the API serves something else: a prefix that begins so would shadow it. */
const reservedSegments = new Set(["health", "docs", "admin", "openapi.json"]);

export const apiPrefix = z
  .string()
  .regex(/^(\/[\w.~-]+)+$/)
  .refine((prefix) => !reservedSegments.has(prefix.split("/")[1] ?? ""))
  .describe(
    "a path like /workflows, without a slash at the end, " +
      "that does not begin with /health, /docs, /admin or /openapi.json",
  );

export const host = z
  .string()
  .regex(/^[\w.:-]+$/)
  .describe("a host name or address of this machine, such as 127.0.0.1 or 0.0.0.0");

/** Requests that the API works on at once. */
export const maxRequests = wholeNumber(1, 100_000);

/** MiB that the bodies of these come to. */
export const maxPendingMegabytes = wholeNumber(1, 100_000);

/** Steps that a worker runs at once. */
export const concurrency = wholeNumber(1, 1_000);

/** Seconds of silence after which a worker counts as dead. */
export const lostAfterSeconds = wholeNumber(2, 3_600).describe(
  "a whole number of seconds from 2 to 3600",
);

/** How often in a row a step's worker may be lost before the step fails. */
export const maxLostAttempts = wholeNumber(1, 1_000_000);

/** Days after their end for which instances are kept. */
export const retentionDays = wholeNumber(1, 36_500).describe(
  "a whole number of days from 1 to 36500; unset keeps everything",
);

/** Seconds that Postgres gets for one statement. */
export const databaseTimeoutSeconds = wholeNumber(1, 600).describe(
  "a whole number of seconds from 1 to 600",
);
/** Characters of JSON; more than this would come near what Postgres can take. */
export const payloadSize = wholeNumber(1_024, 16 * 1_024 * 1_024);

/** Bytes of a request's body. */
export const bodyBytes = wholeNumber(1_024, 64 * 1_024 * 1_024);

/** Seconds that running work gets when a process is told to stop. */
export const drainSeconds = wholeNumber(0, 3_600).describe(
  "a whole number of seconds from 0 to 3600",
);

export const logLevel = z
  .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
  .describe("trace, debug, info, warn, error, fatal or silent");
