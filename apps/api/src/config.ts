import { faultPlan, type PlannedFault } from "@drover/faults";
import {
  fields,
  queueLocation,
  readSettings,
  type ApiKey,
  type Environment,
  type QueueLocation,
} from "@drover/settings";
import type { AdmissionLimits } from "./admission/admission.ts";
import { z } from "zod";

const schema = z.object({
  DATABASE_URL: fields.databaseUrl,
  REDIS_URL: fields.redisUrl.optional(),
  // Somebody waits for the answer: shorter than in workers.
  DATABASE_TIMEOUT_SECONDS: fields.databaseTimeoutSeconds.default(8),
  QUEUE_BACKEND: fields.queueBackend.default("redis"),
  QUEUE_PREFIX: fields.queuePrefix.default("drover"),
  HOST: fields.host.default("127.0.0.1"),
  // 0 takes any port that is free, for tests.
  PORT: fields.wholeNumber(0, 65_535).default(3_000),
  API_PREFIX: fields.apiPrefix.default("/workflows"),
  MAX_REQUESTS: fields.maxRequests.default(512),
  MAX_PENDING_MEGABYTES: fields.maxPendingMegabytes.default(64),
  API_KEYS: fields.apiKeys.default([]),
  MAX_BODY_BYTES: fields.bodyBytes.default(1_024 * 1_024),
  LOG_LEVEL: fields.logLevel.default("info"),
  DRAIN_SECONDS: fields.drainSeconds.default(20),
  DRAIN_DELAY_SECONDS: fields.drainSeconds.default(0),
  FAULT_POINTS: faultPlan.default([]),
});

export interface Config {
  readonly databaseUrl: string;
  /** Seconds that Postgres gets for one statement. */
  readonly databaseTimeoutSeconds: number;
  readonly queue: QueueLocation;
  readonly queuePrefix: string;
  readonly host: string;
  readonly port: number;
  readonly apiPrefix: string;
  /** Who may call; nobody is asked where there are none. */
  readonly apiKeys: readonly ApiKey[];
  /** How much is worked on at once; what comes beyond it is sent away with 503. */
  readonly admission: AdmissionLimits;
  readonly logLevel: z.output<typeof fields.logLevel>;
  readonly drainSeconds: number;
  /** Seconds of these for which requests are still taken, while readiness says that it ends. */
  readonly drainDelaySeconds: number;
  /** Where this process is to die or freeze, for tests; nowhere unless somebody says so. */
  readonly faults: readonly PlannedFault[];
  /** Bytes of a request's body. */
  readonly largestBody: number;
}

/**
 * Reads the environment; nothing else in the API does.
 * @throws SettingsError
 */
export function readConfig(environment: Environment): Config {
  const settings = readSettings(schema, environment);
  return {
    databaseUrl: settings.DATABASE_URL,
    databaseTimeoutSeconds: settings.DATABASE_TIMEOUT_SECONDS,
    queue: queueLocation(settings),
    queuePrefix: settings.QUEUE_PREFIX,
    host: settings.HOST,
    port: settings.PORT,
    apiPrefix: settings.API_PREFIX,
    apiKeys: settings.API_KEYS,
    admission: {
      requests: settings.MAX_REQUESTS,
      bodyBytes: settings.MAX_PENDING_MEGABYTES * 1024 * 1024,
    },
    logLevel: settings.LOG_LEVEL,
    drainSeconds: settings.DRAIN_SECONDS,
    drainDelaySeconds: settings.DRAIN_DELAY_SECONDS,
    faults: settings.FAULT_POINTS,
    largestBody: settings.MAX_BODY_BYTES,
  };
}
