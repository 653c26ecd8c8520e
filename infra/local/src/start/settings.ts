import { existsSync } from "node:fs";
import { findPackageJSON } from "node:module";
import path from "node:path";
import { fields, readSettings, SettingsError, type Environment } from "@drover/settings";
import { z } from "zod";
import { projectDirectory } from "../project.ts";
import { StartError } from "../start-error.ts";

const schema = z.object({
  HOST: fields.host.default("127.0.0.1"),
  PORT: fields.wholeNumber(1, 65_535).default(3000),
  WORKERS: fields.wholeNumber(1, 64).default(2),
  DATA_DIR: z.string().default(".data").describe("a folder"),
  DATABASE_URL: fields.databaseUrl.optional(),
  REDIS_URL: fields.redisUrl.optional(),
  QUEUE_BACKEND: fields.queueBackend.optional(),
  QUEUE_PREFIX: fields.queuePrefix.default("drover"),
  API_PREFIX: fields.apiPrefix.default("/workflows"),
  CONCURRENCY: fields.concurrency.default(192),
  LOST_AFTER_SECONDS: fields.lostAfterSeconds.default(5),
  DRAIN_SECONDS: fields.drainSeconds.default(20),
  WORKFLOWS: z
    .string()
    .transform((list) => list.split(",").map(modulePath))
    .refine((modules) => modules.every(exists))
    .default([modulePath("examples/src/index.ts")])
    .describe("module files or package names separated by commas, each of which exists"),
  LOG_LEVEL: fields.logLevel.default("warn"),
});

export type StartSettings = z.output<typeof schema>;

/** Paths are made absolute because the worker processes need not run in the folder the person stood in. */
function modulePath(entry: string): string {
  const name = entry.trim();
  const looksLikePath = /^[./]/.test(name) || /\.[cm]?[jt]s$/.test(name);
  return looksLikePath ? path.resolve(projectDirectory, name) : name;
}

/** Whether the workers will find it: they look for packages from where they lie. */
function exists(module: string): boolean {
  if (path.isAbsolute(module)) return existsSync(module);
  try {
    const worker = path.join(projectDirectory, "apps/worker/src/main.ts");
    return findPackageJSON(module, worker) !== undefined;
  } catch {
    // Nobody has a package of that name, or it is not a name at all.
    return false;
  }
}

/**
 * Reads the variables of `npm start`. A variable that is set to nothing counts as not set.
 *
 * @throws StartError `wrong_setting`, one line naming each wrong variable, what was given and what is expected.
 */
export function readStartSettings(environment: Environment): StartSettings {
  try {
    return readSettings(schema, environment);
  } catch (error) {
    throw error instanceof SettingsError ? new StartError("wrong_setting", error.message) : error;
  }
}
