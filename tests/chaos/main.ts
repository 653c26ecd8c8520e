import { writeFile } from "node:fs/promises";
import { inspect } from "node:util";
import { runChaos } from "./chaos-run.ts";
import { ArgumentsError, readArguments, USAGE, type ChaosOptions } from "./command/arguments.ts";
import { figures, recoveries, report } from "./command/report.ts";

/** Exit codes: something is wrong; the arguments are; somebody has ended it. */
const WRONG = 1;
const MISUSED = 2;
const INTERRUPTED = 130;

const print = (text: string) => process.stdout.write(`${text}\n`);

/** Prints a line with the time since the start, `[01:35] text`. */
function clocked(): (line: string) => void {
  const begin = performance.now();
  return (line) => {
    const seconds = Math.floor((performance.now() - begin) / 1_000);
    const time = [seconds / 60, seconds % 60].map((part) => {
      return String(Math.floor(part)).padStart(2, "0");
    });
    print(`[${time.join(":")}] ${line}`);
  };
}

function options(): ChaosOptions | null {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentsError)) throw error;
    process.stderr.write(`${error.message}\nnpm run test:chaos -- --help tells what there is\n`);
    process.exit(MISUSED);
  }
}

async function main(given: ChaosOptions): Promise<number> {
  const over = new AbortController();
  const end = () => over.abort(new Error("ended from outside"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  // Of a test that was killed: nobody waits for the result any more.
  process.once("disconnect", end);
  process.channel?.unref();
  const { minutes, instances, workers, seed } = given;
  print(`${instances} instances in ${minutes} minutes on ${workers} workers, seed ${seed}`);
  try {
    const result = await runChaos(given, clocked(), over.signal);
    print(report(result, given));
    if (given.json !== null) {
      const told = { ...figures(result, given), recoveries: recoveries(result) };
      await writeFile(given.json, `${JSON.stringify(told, null, 2)}\n`);
    }
    print(result.wrong.length === 0 ? "nothing lost, nothing twice" : `failed with seed ${seed}`);
    return result.wrong.length === 0 ? 0 : WRONG;
  } catch (error) {
    if (over.signal.aborted) return INTERRUPTED;
    process.stderr.write(`${inspect(error)}\nfailed with seed ${seed}\n`);
    return WRONG;
  }
}

const given = options();
if (given === null) print(USAGE);
process.exit(given === null ? 0 : await main(given));
