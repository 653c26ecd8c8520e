import { existsSync } from "node:fs";
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
  API_PREFIX: fields.apiPrefix.default("/workflows"),
  DRAIN_SECONDS: fields.drainSeconds.default(20),
  WORKFLOWS: z
    .string()
    .transform((list) => list.split(",").map(modulePath))
    .refine((modules) => modules.every((module) => !path.isAbsolute(module) || existsSync(module)))
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
