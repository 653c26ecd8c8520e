/** `npm run bench`: how fast Drover is, beside what a team would write itself, in one run. */
import { inspect } from "node:util";
import { ArgumentsError, readArguments, USAGE, type BenchOptions } from "./command/arguments.ts";
import { ALL_MEASURES } from "./measures/index.ts";
import { runBench } from "./run.ts";
import { FULL, QUICK } from "./sizes.ts";
import { describeMachine } from "./world/machine.ts";
import { startBenchServers } from "./world/servers.ts";

/** Exit codes: something is wrong; the arguments are; somebody has ended it. */
const WRONG = 1;
const MISUSED = 2;
const INTERRUPTED = 130;

const print = (text: string) => process.stdout.write(`${text}\n`);

function options(): BenchOptions | null {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentsError)) throw error;
    process.stderr.write(`${error.message}\nnpm run bench -- --help tells what there is\n`);
    process.exit(MISUSED);
  }
}

async function main({ quick, rounds, only }: BenchOptions): Promise<number> {
  const over = new AbortController();
  const end = () => over.abort(new Error("ended from outside"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  const servers = await startBenchServers();
  try {
    print([describeMachine(), ...servers.described].join("\n"));
    const measures = ALL_MEASURES.filter(({ name }) => only.includes(name));
    const plan = { measures, rounds, sizes: quick ? QUICK : FULL };
    const result = await runBench(servers, plan, print, over.signal);
    print(`${result.rowsChecked} rows checked`);
    return 0;
  } catch (error) {
    if (over.signal.aborted) return INTERRUPTED;
    process.stderr.write(`${inspect(error)}\n`);
    return WRONG;
  } finally {
    await servers.stop();
  }
}

const given = options();
if (given === null) print(USAGE);
process.exit(given === null ? 0 : await main(given));
