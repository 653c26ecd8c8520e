import { faultPlan, type PlannedFault } from "@drover/faults";
import { DEFAULT_LIMITS, type PayloadLimits } from "@drover/engine";
import {
  fields,
  queueLocation,
  readSettings,
  type Environment,
  type QueueLocation,
} from "@drover/settings";
import { z } from "zod";

const schema = z.object({
  DATABASE_URL: fields.databaseUrl,
  REDIS_URL: fields.redisUrl.optional(),
  DATABASE_TIMEOUT_SECONDS: fields.databaseTimeoutSeconds.default(15),
  QUEUE_BACKEND: fields.queueBackend.default("redis"),
  QUEUE_PREFIX: fields.queuePrefix.default("drover"),
  WORKFLOWS: z
    .string()
    .transform((list) => list.split(",").map((name) => name.trim()))
    .describe("module files or package names, separated by commas"),
  CONCURRENCY: fields.concurrency.default(192),
  DRAIN_SECONDS: fields.drainSeconds.default(20),
  LOST_AFTER_SECONDS: fields.lostAfterSeconds.default(5),
  MAX_LOST_ATTEMPTS: fields.maxLostAttempts.default(5),
  RETENTION_DAYS: fields.retentionDays.optional(),
  MAX_RESULT_SIZE: fields.payloadSize.default(DEFAULT_LIMITS.result),
  MAX_CONTEXT_SIZE: fields.payloadSize.default(DEFAULT_LIMITS.context),
  LOG_LEVEL: fields.logLevel.default("info"),
  FAULT_POINTS: faultPlan.default([]),
});

const DAY = 86_400_000;

export interface WorkerConfig {
  readonly databaseUrl: string;
  /** Seconds that Postgres gets for one statement. */
  readonly databaseTimeoutSeconds: number;
  readonly queue: QueueLocation;
  readonly queuePrefix: string;
  /** Paths or package names of the modules that export workflow definitions. */
  readonly workflowModules: readonly string[];
  /** Steps at once. */
  readonly concurrency: number;
  /** Milliseconds that running steps get when the worker has to go. */
  readonly drainMilliseconds: number;
  /** Milliseconds of silence after which a worker counts as dead. */
  readonly lostAfter: number;
  /** How often in a row a step's worker may be lost before the step fails. */
  readonly maxLostAttempts: number;
  /** Milliseconds after their end for which instances are kept; null for ever. */
  readonly retention: number | null;
  readonly limits: PayloadLimits;
  readonly logLevel: z.output<typeof fields.logLevel>;
  /** Where this process is to die or freeze, for tests; nowhere unless somebody says so. */
  readonly faults: readonly PlannedFault[];
}

/**
 * Reads the environment; nothing else in the worker does.
 * @throws SettingsError
 */
export function readConfig(environment: Environment): WorkerConfig {
  const settings = readSettings(schema, environment);
  return {
    databaseUrl: settings.DATABASE_URL,
    databaseTimeoutSeconds: settings.DATABASE_TIMEOUT_SECONDS,
    queue: queueLocation(settings),
    queuePrefix: settings.QUEUE_PREFIX,
    workflowModules: settings.WORKFLOWS,
    concurrency: settings.CONCURRENCY,
    drainMilliseconds: settings.DRAIN_SECONDS * 1_000,
    lostAfter: settings.LOST_AFTER_SECONDS * 1_000,
    maxLostAttempts: settings.MAX_LOST_ATTEMPTS,
    retention: settings.RETENTION_DAYS === undefined ? null : settings.RETENTION_DAYS * DAY,
    limits: { result: settings.MAX_RESULT_SIZE, context: settings.MAX_CONTEXT_SIZE },
    logLevel: settings.LOG_LEVEL,
    faults: settings.FAULT_POINTS,
  };
}
