import {
  fields,
  queueLocation,
  readSettings,
  type ApiKey,
  type Environment,
  type QueueLocation,
} from "@drover/settings";
import { z } from "zod";

const schema = z.object({
  DATABASE_URL: fields.databaseUrl,
  REDIS_URL: fields.redisUrl.optional(),
  QUEUE_BACKEND: fields.queueBackend.default("redis"),
  QUEUE_PREFIX: fields.queuePrefix.default("drover"),
  HOST: fields.host.default("127.0.0.1"),
  // 0 takes any port that is free, for tests.
  PORT: fields.wholeNumber(0, 65_535).default(3_000),
  API_PREFIX: fields.apiPrefix.default("/workflows"),
  API_KEYS: fields.apiKeys.default([]),
  MAX_BODY_BYTES: fields.bodyBytes.default(1_024 * 1_024),
  LOG_LEVEL: fields.logLevel.default("info"),
  DRAIN_SECONDS: fields.drainSeconds.default(20),
});

export interface Config {
  readonly databaseUrl: string;
  readonly queue: QueueLocation;
  readonly queuePrefix: string;
  readonly host: string;
  readonly port: number;
  readonly apiPrefix: string;
  /** Who may call; nobody is asked where there are none. */
  readonly apiKeys: readonly ApiKey[];
  readonly logLevel: z.output<typeof fields.logLevel>;
  readonly drainSeconds: number;
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
    queue: queueLocation(settings),
    queuePrefix: settings.QUEUE_PREFIX,
    host: settings.HOST,
    port: settings.PORT,
    apiPrefix: settings.API_PREFIX,
    apiKeys: settings.API_KEYS,
    logLevel: settings.LOG_LEVEL,
    drainSeconds: settings.DRAIN_SECONDS,
    largestBody: settings.MAX_BODY_BYTES,
  };
}
