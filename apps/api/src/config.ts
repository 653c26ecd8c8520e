import { z } from "zod";

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));

const url = (...protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol));

/** Each description is what somebody reads who got the variable wrong. */
const schema = z.object({
  DATABASE_URL: url("postgres:", "postgresql:").describe(
    "a URL like postgres://user:password@host:5432/database",
  ),
  REDIS_URL: url("redis:", "rediss:").optional().describe("a URL like redis://host:6379"),
  QUEUE_BACKEND: z.enum(["redis", "postgres"]).default("redis").describe("redis or postgres"),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[\w-]+$/)
    .default("drover")
    .describe("letters, digits, '_' and '-'"),
  HOST: z.string().default("127.0.0.1").describe("a host name or address of this machine"),
  PORT: wholeNumber(0, 65_535).default(3000).describe("a whole number from 0 to 65535"),
  API_PREFIX: z
    .string()
    .regex(/^(\/[\w.~-]+)+$/)
    .default("/workflows")
    .describe("a path like /workflows, without a slash at the end"),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
    .default("info")
    .describe("trace, debug, info, warn, error, fatal or silent"),
  DRAIN_SECONDS: wholeNumber(0, 3_600)
    .default(20)
    .describe("a whole number of seconds from 0 to 3600"),
});

interface QueueLocation {
  readonly backend: "redis" | "postgres";
  readonly url: string;
}

export interface Config {
  readonly databaseUrl: string;
  readonly queue: QueueLocation;
  readonly queuePrefix: string;
  readonly host: string;
  readonly port: number;
  readonly apiPrefix: string;
  readonly logLevel: z.output<typeof schema>["LOG_LEVEL"];
  readonly drainSeconds: number;
}

/** What is wrong with the environment, in one line. Never tells values: they may be secrets. */
export class ConfigError extends Error {}

/**
 * Reads the environment. A variable that is set to nothing counts as not set.
 * @throws ConfigError
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = environment[name]?.trim();
      return value === undefined || value === "" ? [] : [[name, value] as const];
    }),
  );
  const result = schema.safeParse(given);
  if (!result.success) throw new ConfigError(complaints(result.error, given).join("; "));
  const settings = result.data;
  return {
    databaseUrl: settings.DATABASE_URL,
    queue: queueLocation(settings),
    queuePrefix: settings.QUEUE_PREFIX,
    host: settings.HOST,
    port: settings.PORT,
    apiPrefix: settings.API_PREFIX,
    logLevel: settings.LOG_LEVEL,
    drainSeconds: settings.DRAIN_SECONDS,
  };
}

function queueLocation(settings: z.output<typeof schema>): QueueLocation {
  const { QUEUE_BACKEND: backend, REDIS_URL: redis, DATABASE_URL: database } = settings;
  if (backend === "postgres") return { backend, url: database };
  if (redis !== undefined) return { backend, url: redis };
  throw new ConfigError("REDIS_URL is not set: give it, or QUEUE_BACKEND=postgres to do without");
}

function complaints(error: z.ZodError, given: Readonly<Record<string, string>>): string[] {
  const wrong = new Set(error.issues.map((issue) => String(issue.path[0])));
  return Object.entries(schema.shape)
    .filter(([name]) => wrong.has(name))
    .map(([name, field]) => {
      const what = Object.hasOwn(given, name) ? "is wrong" : "is not set";
      return `${name} ${what}: expected ${field.description}`;
    });
}
