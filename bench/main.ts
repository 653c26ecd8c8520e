/** `npm run bench`: how fast Drover is, beside what a team would write itself, in one run. */
import { writeFile } from "node:fs/promises";
import { inspect } from "node:util";
import { ArgumentsError, readArguments, USAGE, type BenchOptions } from "./command/arguments.ts";
import { GOALS, judge } from "./figures/goals.ts";
import { ALL_MEASURES } from "./measures/index.ts";
import type { Account } from "./output/account.ts";
import { jsonReport } from "./output/json.ts";
import { htmlReport } from "./output/page.ts";
import { textReport } from "./output/text.ts";
import { clocked } from "./command/progress.ts";
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

/** What a run came to goes to the terminal, and into the files that were asked for. */
async function tell(account: Account, { json, html }: BenchOptions): Promise<void> {
  print(`\n${textReport(account)}`);
  if (json !== null) await writeFile(json, `${JSON.stringify(jsonReport(account), null, 2)}\n`);
  if (html !== null) await writeFile(html, htmlReport(account));
}

async function main(given: BenchOptions): Promise<number> {
  const { quick, rounds, only } = given;
  const begun = performance.now();
  const over = new AbortController();
  const end = () => over.abort(new Error("ended from outside"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  // Of a test that was killed: nobody waits for the result any more.
  process.once("disconnect", end);
  process.channel?.unref();
  const servers = await startBenchServers();
  try {
    const ground = [describeMachine(), ...servers.described];
    print(ground.join("\n"));
    const measures = ALL_MEASURES.filter(({ name }) => only.includes(name));
    const sizes = quick ? QUICK : FULL;
    const plan = { measures, rounds, sizes };
    const result = await runBench(servers, plan, clocked(), over.signal);
    const reached = judge(GOALS, result.figures, rounds);
    const took = (performance.now() - begun) / 1_000;
    await tell({ result, reached, sizes, quick, ground, took }, given);
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
