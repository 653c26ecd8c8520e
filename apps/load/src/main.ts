import { inspect } from "node:util";
import { type CommandOptions, readArguments } from "./command/arguments.ts";
import { runCommand } from "./command/command.ts";
import { USAGE } from "./command/usage.ts";
import { ArgumentsError } from "./command/values.ts";
import { ServerRefusedError, UnreachableError } from "./http/errors.ts";
import { PreparationError } from "./run/preparation.ts";

/** Exit codes: something was in the way; it was asked for wrongly; somebody has ended it. */
const TROUBLE = 1;
const MISUSED = 2;
const INTERRUPTED = 130;

/** One Ctrl-C may arrive more than once, from the terminal and from npm. Milliseconds. */
const SAME_KEYPRESS = 500;

function options(): CommandOptions | null {
  try {
    return readArguments(process.argv.slice(2), process.env["DROVER_API_KEY"]);
  } catch (error) {
    if (!(error instanceof ArgumentsError)) throw error;
    process.stderr.write(`${error.message}\nnpm run load -- --help tells what there is\n`);
    process.exit(MISUSED);
  }
}

/** The first signal stops the load in order; another one ends this process. */
function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  let first: number | null = null;
  const end = () => {
    first ??= performance.now();
    if (performance.now() - first > SAME_KEYPRESS) process.exit(INTERRUPTED);
    stop.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
  // Of a test that was killed: nobody waits for the result any more.
  process.once("disconnect", end);
  process.channel?.unref();
  return stop.signal;
}

async function main(given: CommandOptions): Promise<number> {
  const stop = stopOnSignals();
  try {
    const isDone = await runCommand(given, stop);
    if (stop.aborted) return INTERRUPTED;
    return isDone ? 0 : TROUBLE;
  } catch (error) {
    const isExpected =
      error instanceof UnreachableError ||
      error instanceof ServerRefusedError ||
      error instanceof PreparationError;
    process.stderr.write(`${isExpected ? error.message : inspect(error)}\n`);
    return error instanceof PreparationError ? MISUSED : TROUBLE;
  }
}

const given = options();
if (given === null) process.stdout.write(USAGE);
process.exitCode = given === null ? 0 : await main(given);
