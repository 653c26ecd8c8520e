import { Figures } from "./figures/figures.ts";
import type { Ground, Measure } from "./measures/measure.ts";
import type { Sizes } from "./sizes.ts";
import { seededTemplate } from "./world/history-template.ts";
import { busyShare, loadAverage } from "./world/machine.ts";
import type { BenchServers } from "./world/servers.ts";

/** How busy the machine was with other things, just before a part began. */
interface LoadBefore {
  readonly round: number;
  readonly measure: string;
  readonly part: string;
  /** Processes that ran or waited to run in the minute before, those of the bench among them. */
  readonly loadAverage: number;
  /** Share of all cores that was busy while nothing of the bench's own had work. */
  readonly busy: number | null;
}

export interface BenchResult {
  readonly figures: Figures;
  readonly loads: readonly LoadBefore[];
  readonly rounds: number;
  /** Rows of steps that were looked at, each the only one of its step. */
  readonly rowsChecked: number;
}

export interface BenchPlan {
  readonly measures: readonly Measure[];
  readonly rounds: number;
  readonly sizes: Sizes;
}

/**
 * Runs all parts of all measures in each round: what is compared is measured close together, and
 * what changes on the machine meanwhile meets all subjects. Every second round goes backwards.
 * @param tell is told what begins
 * @throws what a part throws: figures of work that was not done right are worth nothing
 */
export async function runBench(
  servers: BenchServers,
  { measures, rounds, sizes }: BenchPlan,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<BenchResult> {
  const figures = new Figures();
  const loads: LoadBefore[] = [];
  let rowsChecked = 0;
  let done = 0;
  const begun = performance.now();
  let template: Promise<string> | null = null;
  const history = () => {
    if (template === null) {
      tell(
        `    seeding ${sizes.history.finished} finished and ${sizes.history.waiting} waiting ones`,
      );
      template = seededTemplate(servers.databaseUrl, sizes.history);
    }
    return template;
  };
  const all = rounds * measures.reduce((sum, { parts }) => sum + parts.length, 0);
  for (let round = 0; round < rounds; round += 1) {
    for (const measure of measures) {
      const parts = round % 2 === 0 ? measure.parts : measure.parts.toReversed();
      for (const part of parts) {
        signal.throwIfAborted();
        await servers.emptyRedis();
        const busy = await busyShare();
        const load = loadAverage();
        loads.push({
          round,
          measure: measure.name,
          part: part.name,
          loadAverage: load,
          busy,
        });
        done += 1;
        const left = done === 1 ? "" : ` (${minutesLeft(begun, done - 1, all)} left)`;
        tell(`${done} of ${all}: round ${round + 1}, ${measure.name}, ${part.name}${left}`);
        const ground: Ground = {
          servers,
          sizes,
          history,
          figure: (name, subject, unit, value) => {
            figures.add({ measure: measure.name, name, subject, unit }, round, value);
            tell(`    ${name}, ${subject}: ${value.toFixed(1)} ${unit}`);
          },
          checked: (rows) => {
            rowsChecked += rows;
          },
        };
        await unlessAborted(part.run(ground), signal);
      }
    }
  }
  return { figures, loads, rounds, rowsChecked };
}

/** As if what is left took as long as what is done. */
function minutesLeft(begun: number, done: number, all: number): string {
  const minutes = ((performance.now() - begun) / done) * ((all - done) / 60_000);
  return minutes < 1 ? "less than a minute" : `some ${Math.ceil(minutes)} min`;
}

/** What is under way when somebody ends the run is not waited for: its processes end with this one. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const end = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", end, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", end);
    // It fails of the servers that are stopped under it; nobody wants to know any more.
    if (signal.aborted) work.catch(() => {});
  }
}
