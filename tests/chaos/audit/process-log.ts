/** A line of a process, as pino writes it. */
interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly steps?: number;
}

/** What the processes have told of themselves. */
export interface ProcessLog {
  readonly staleCommits: number;
  readonly takenBack: number;
  readonly strayed: number;
  readonly requeued: number;
  readonly rebuilds: number;
  /** How often a process has come to a fault that was planned for it. */
  readonly plannedFaults: number;
  /** Fatal lines and whatever else a process says that is about to die, or that nobody has caught. */
  readonly unhandled: readonly string[];
  /** Errors that were caught and told, by their message. */
  readonly errors: Readonly<Record<string, number>>;
}

/** pino's levels. */
const ERROR = 50;
const FATAL = 60;

/** The lines that count, by their message. */
const MESSAGES = {
  stale: "a stale commit changed nothing",
  takenBack: "took back the steps of workers that are silent",
  strayed: "gave up steps that had got lost on their way here",
  requeued: "handed over steps that nobody had claimed",
  refilled: "filled a queue that was empty",
  planned: "a fault is made, as FAULT_POINTS demands",
} as const;

/** @param lines as `[name] line`, of all processes */
export function readLog(lines: readonly string[]): ProcessLog {
  const read = lines.map((line) => ({ line, entry: entryOf(line) }));
  const entries = read.flatMap(({ entry }) => entry ?? []);
  const saying = (message: string) => entries.filter(({ msg }) => msg === message);
  const steps = (message: string) =>
    saying(message).reduce((sum, entry) => sum + (entry.steps ?? 0), 0);
  const errors: Record<string, number> = {};
  for (const { level, msg } of entries) {
    if (level >= ERROR) errors[msg] = (errors[msg] ?? 0) + 1;
  }
  return {
    staleCommits: saying(MESSAGES.stale).length,
    takenBack: steps(MESSAGES.takenBack),
    strayed: steps(MESSAGES.strayed),
    requeued: steps(MESSAGES.requeued),
    rebuilds: saying(MESSAGES.refilled).length,
    plannedFaults: saying(MESSAGES.planned).length,
    // Processes write JSON alone; anything else was written by Node, or by a driver in distress.
    unhandled: read
      .filter(({ entry }) => entry === null || entry.level >= FATAL)
      .map(({ line }) => line),
    errors,
  };
}

function entryOf(line: string): LogLine | null {
  try {
    return JSON.parse(line.slice(line.indexOf("] ") + 2)) as LogLine;
  } catch {
    return null;
  }
}
