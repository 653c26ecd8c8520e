import { toldError } from "./told-error.ts";

interface FatalLog {
  fatal(context: { readonly err: unknown; readonly origin: string }, message: string): void;
}

/**
 * From now on an error that nobody catches, thrown or rejected, ends the process at once: with one line
 * that says why, and exit code 1.
 *
 * Nothing is put in order first. What state the process is in nobody knows, and what it had in hand is
 * found in Postgres by others, as after a crash.
 */
export function endOnFault(log: FatalLog): void {
  // Rejections that nobody holds arrive here too, as Node has it by default.
  process.once("uncaughtException", (error, origin) => {
    const reason = toldError(error).message;
    log.fatal({ err: error, origin }, `the process ends, as nobody has caught this: ${reason}`);
    process.exit(1);
  });
}
