import { CommandLineError, HELP, readCommandLine, type SimulationOrder } from "./command-line.ts";
import { simulateSeries, type BadRun, type SeriesReport } from "./series.ts";

/** Milliseconds between two lines about how far it has come. */
const PROGRESS = 5_000;

/** Runs that went wrong and are told in full. */
const MOST_TOLD = 10;

const say = (text: string) => void process.stdout.write(`${text}\n`);
const note = (text: string) => void process.stderr.write(`${text}\n`);

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  try {
    const order = readCommandLine(words);
    if (order === null) {
      process.stdout.write(HELP);
      return 0;
    }
    return await run(order);
  } catch (error) {
    if (!(error instanceof CommandLineError)) throw error;
    note(`${error.message}\n\n${HELP}`);
    return 2;
  }
}

async function run(order: SimulationOrder): Promise<number> {
  const { seed, runs, trace, json, planted } = order;
  let told = performance.now();
  const report = await simulateSeries({
    seed,
    runs,
    planted,
    tell: trace ? say : null,
    progress: (done, { seed: ownSeed, violations }) => {
      if (violations.length > 0) note(`run ${done} (seed ${ownSeed}) went wrong`);
      if (performance.now() - told < PROGRESS) return;
      told = performance.now();
      note(`${done} of ${runs} runs`);
    },
  });
  say(json ? JSON.stringify(asJson(report), null, 2) : asText(report, order));
  return report.bad.length === 0 ? 0 : 1;
}

function asJson({ runs, seconds, ...rest }: SeriesReport) {
  const violations = violationsOf(rest.bad);
  return { runs, ...rest, violations, seconds, runsPerSecond: runs / seconds };
}

function asText(report: SeriesReport, { planted }: SimulationOrder): string {
  const { runs, instances, effects, given, takenAhead, ranAhead, faults, bad } = report;
  const { repeatedAttempts, duplicatedAttempts } = report;
  const kinds = Object.entries(faults.toJSON()).map(([kind, times]) => line(`  ${kind}`, times));
  const plant = planted === null ? "" : ` --plant ${planted}`;
  const told = bad
    .slice(0, MOST_TOLD)
    .flatMap(({ seed, violations }) => [
      "",
      `seed ${seed}:`,
      ...violations.map(({ kind, text, at }) => `  ${kind} after ${Math.round(at)} ms: ${text}`),
      `  npm run test:sim -- --seed ${seed} --runs 1 --trace${plant}`,
    ]);
  return [
    line("runs", runs),
    line("instances", instances),
    line("faults injected", faults.total),
    ...kinds,
    line("effects", effects),
    line("first steps given to who offered", given),
    line("steps taken ahead of timers", takenAhead),
    line("steps over before they were written", ranAhead),
    line("attempts beyond the first", repeatedAttempts),
    line("duplicated attempts", duplicatedAttempts),
    line("violations", violationsOf(bad)),
    line("runs per second", Math.round(runs / report.seconds)),
    ...told,
    ...(bad.length > MOST_TOLD ? ["", `and ${bad.length - MOST_TOLD} other runs`] : []),
  ].join("\n");
}

function violationsOf(bad: readonly BadRun[]): number {
  return bad.reduce((sum, { violations }) => sum + violations.length, 0);
}

function line(what: string, count: number): string {
  return `${what.padEnd(40)}${count.toString().padStart(9)}`;
}
