import { randomUUID } from "node:crypto";
import path from "node:path";
import { Program } from "@drover/local-servers";
import type { LimitResult } from "../limits/result.ts";
import type { BenchServers } from "../world/servers.ts";

const FOLDER = path.join(import.meta.dirname, "../limits");

/**
 * Runs a program that measures a limit, to its end.
 * @param script a file of `bench/limits`
 * @throws Error with what it has printed when it fails
 */
export async function runLimit(
  servers: BenchServers,
  script: string,
  databaseUrl: string,
  seconds: number,
): Promise<LimitResult> {
  const program = new Program(script, path.join(FOLDER, script), {
    DATABASE_URL: databaseUrl,
    REDIS_URL: servers.redisUrl,
    QUEUE_PREFIX: `bench-${randomUUID()}`,
    SECONDS: String(seconds),
  });
  const { code } = await program.exited;
  const last = program.lines.at(-1)?.replace(/^\[[^\]]+\] /, "") ?? "";
  if (code !== 0) throw new Error(`${script} failed:\n${program.lines.join("\n")}`);
  // Written by `tellResult` of the same folder.
  return JSON.parse(last) as LimitResult;
}
