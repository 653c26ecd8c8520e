import type { Unit } from "../figures/figures.ts";
import type { Sizes } from "../sizes.ts";
import type { Subject } from "../subjects/subject.ts";
import type { Processes } from "../world/processes.ts";
import type { BenchServers } from "../world/servers.ts";

export const MEASURES = [
  "chain",
  "fan-out",
  "timer",
  "approval",
  "start",
  "history",
  "scale",
] as const;
export type MeasureName = (typeof MEASURES)[number];

/** What a part of a measure has to work with, in one round. */
export interface Ground {
  readonly servers: BenchServers;
  readonly sizes: Sizes;
  /** The name of a database with a history, to be copied; made when it is first asked for. */
  history(): Promise<string>;
  /** Notes a number of this round. */
  figure(name: string, subject: string, unit: Unit, value: number): void;
  /** Notes that so many rows were looked at and found right. */
  checked(rows: number): void;
}

/** One subject of one measure: what runs at once. Subjects take turns within each round. */
export interface Part {
  /** `Drover, 1 worker`. */
  readonly name: string;
  run(ground: Ground): Promise<void>;
}

export interface Measure {
  readonly name: MeasureName;
  readonly parts: readonly Part[];
}

/** A subject with its processes, until it is disposed of. */
export interface Running extends AsyncDisposable {
  readonly subject: Subject;
  readonly processes: Processes;
}

/** Lines of a subject's processes that are told with an error. */
const TOLD = 30;

/** Lets a subject run for as long as it is used; what fails is told with its processes' output. */
export async function withRunning<R extends Running, T>(
  open: () => Promise<R>,
  use: (running: R) => Promise<T>,
): Promise<T> {
  await using running = await open();
  try {
    return await Promise.race([use(running), running.processes.died]);
  } catch (error) {
    const said = running.processes.lines.slice(-TOLD).join("\n");
    throw new Error(`${running.subject.name} has failed\n${said}`, { cause: error });
  }
}
