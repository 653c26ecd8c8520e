import { z } from "zod";

const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const schema = z
  .object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    QUEUE_BACKEND: z.enum(["redis", "postgres"]).optional(),
    QUEUE_PREFIX: z
      .string()
      .regex(/^[\w-]+$/)
      .default("drover"),
    WORKFLOWS: z.string().min(1),
    CONCURRENCY: wholeNumber(1, 1_000).default(16),
    DRAIN_SECONDS: wholeNumber(0, 3_600).default(20),
    LOST_AFTER_SECONDS: wholeNumber(2, 3_600).default(5),
    LOG_LEVEL: z
      .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
      .default("info"),
  })
  .refine((env) => env.QUEUE_BACKEND === "postgres" || env.REDIS_URL !== undefined, {
    path: ["REDIS_URL"],
    message: "is needed, or QUEUE_BACKEND=postgres",
  });

export interface WorkerConfig {
  readonly databaseUrl: string;
  readonly queue: { readonly backend: "redis" | "postgres"; readonly url: string };
  readonly queuePrefix: string;
  /** Paths or package names of the modules that export workflow definitions. */
  readonly workflowModules: readonly string[];
  /** Steps at once. */
  readonly concurrency: number;
  /** Milliseconds that running steps get when the worker has to go. */
  readonly drainMilliseconds: number;
  /** Milliseconds of silence after which a worker counts as dead. */
  readonly lostAfter: number;
  readonly logLevel: string;
}

/** What is wrong with the environment, a line for each variable. */
export class ConfigError extends Error {
  readonly code = "CONFIG_INVALID";
}

/**
 * Reads the environment; nothing else in the worker does.
 * @throws ConfigError naming every wrong variable
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
): WorkerConfig {
  // An empty variable is one that was not given.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n"),
    );
  }
  const env = parsed.data;
  const backend = env.QUEUE_BACKEND ?? "redis";
  return {
    databaseUrl: env.DATABASE_URL,
    queue: { backend, url: backend === "redis" ? (env.REDIS_URL ?? "") : env.DATABASE_URL },
    queuePrefix: env.QUEUE_PREFIX,
    workflowModules: env.WORKFLOWS.split(",").map((path) => path.trim()),
    concurrency: env.CONCURRENCY,
    drainMilliseconds: env.DRAIN_SECONDS * 1_000,
    lostAfter: env.LOST_AFTER_SECONDS * 1_000,
    logLevel: env.LOG_LEVEL,
  };
}
