import { pino, type Level, type Logger } from "pino";
import { toldError } from "./told-error.ts";
import { withoutSecrets } from "./without-secrets.ts";

interface ProcessLogOptions {
  readonly level: Level | "silent";
  /** What every line begins with: which program it is. */
  readonly bindings: Readonly<Record<string, string>>;
  /** What this process was trusted with. */
  readonly secrets: readonly string[];
}

/**
 * The log of a process: a line of JSON for each thing told, on standard output. Of errors it has what is
 * fit to be told, and no secret of the process is in any line, whoever has put it there.
 */
export function processLog({ level, bindings, secrets }: ProcessLogOptions): Logger {
  return pino({
    level,
    base: { ...bindings, pid: process.pid },
    serializers: { err: (error: unknown) => toldError(error) },
    hooks: { streamWrite: withoutSecrets(secrets) },
  });
}
