import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { projectDirectory } from "../project.ts";
import { withoutPassword } from "../secrets.ts";
import { StartError } from "../start-error.ts";

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));

const urlOf = (...protocols: readonly string[]) =>
  z.string().refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && protocols.includes(url.protocol) && url.hostname !== "";
  });

/** Each description is what a person reads after "expected", so it stands last in its line. */
const schema = z.object({
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/)
    .default("127.0.0.1")
    .describe("a host name or address of this machine, such as 127.0.0.1 or 0.0.0.0"),
  PORT: wholeNumber(1, 65_535).default(3000).describe("a whole number from 1 to 65535"),
  WORKERS: wholeNumber(1, 64).default(2).describe("a whole number from 1 to 64"),
  DATA_DIR: z.string().default(".data").describe("a folder"),
  DATABASE_URL: urlOf("postgres:", "postgresql:")
    .optional()
    .describe("a URL like postgres://user:password@host:5432/database"),
  REDIS_URL: urlOf("redis:", "rediss:")
    .optional()
    .describe("a URL like redis://host:6379 or rediss://user:password@host:6379"),
  API_PREFIX: z
    .string()
    .regex(/^(\/[\w.~-]+)+$/)
    .default("/workflows")
    .describe("a path like /workflows, without a slash at the end"),
  DRAIN_SECONDS: wholeNumber(0, 3600)
    .default(20)
    .describe("a whole number of seconds from 0 to 3600"),
  WORKFLOWS: z
    .string()
    .transform((list) => list.split(",").map(modulePath))
    .refine((modules) => modules.every((module) => !path.isAbsolute(module) || existsSync(module)))
    .default([modulePath("examples/src/index.ts")])
    .describe("module files or package names separated by commas, each of which exists"),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
    .default("warn")
    .describe("trace, debug, info, warn, error, fatal or silent"),
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
export function readSettings(environment: NodeJS.ProcessEnv): StartSettings {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = environment[name]?.trim();
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const wrong = new Set(result.error.issues.map((issue) => String(issue.path[0])));
  const lines = Object.entries(schema.shape)
    .filter(([name]) => wrong.has(name))
    .map(
      ([name, field]) =>
        `${name} is "${withoutPassword(given[name] ?? "")}": expected ${field.description}`,
    );
  throw new StartError("wrong_setting", lines.join("; "));
}
