import { parseArgs } from "node:util";

export interface ChaosOptions {
  /** For how long instances are started and faults are made. */
  readonly minutes: number;
  readonly instances: number;
  readonly seed: number;
  readonly workers: number;
  /** Where the figures are written as JSON; null for nowhere. */
  readonly json: string | null;
}

export const USAGE = `npm run test:chaos -- [options]

Starts the API and workers as processes on a Postgres and a Redis of their own, starts instances at
a steady pace, disturbs everything by draws of a seed, and checks at the end that nothing was lost
and nothing counted twice. Ends with 1 when something is wrong.

  --minutes M     how long instances are started and faults are made (5; parts such as 0.7, too)
  --instances N   instances that are started in that time (2000)
  --workers W     worker processes (3)
  --seed S        the seed of all draws (a new one)
  --json FILE     writes the figures there as well
  --help          prints this
`;

/** What is wrong with the arguments, in one line. */
export class ArgumentsError extends Error {
  readonly code = "CHAOS_ARGUMENTS";
}

/**
 * @returns null when somebody asks for help
 * @throws ArgumentsError naming the first flag that is wrong
 */
export function readArguments(args: readonly string[]): ChaosOptions | null {
  const given = parsed(args);
  if (given.help === true) return null;
  const newSeed = Math.floor(Math.random() * 1_000_000_000);
  return {
    minutes: number("minutes", given.minutes, 5, 0.1, 600, false),
    instances: number("instances", given.instances, 2_000, 1, 1_000_000, true),
    workers: number("workers", given.workers, 3, 2, 32, true),
    seed: number("seed", given.seed, newSeed, 0, Number.MAX_SAFE_INTEGER, true),
    json: given.json ?? null,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: "string" },
        instances: { type: "string" },
        workers: { type: "string" },
        seed: { type: "string" },
        json: { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new ArgumentsError(error instanceof Error ? error.message : String(error));
  }
}

function number(
  name: string,
  text: string | undefined,
  otherwise: number,
  least: number,
  most: number,
  isWhole: boolean,
): number {
  if (text === undefined) return otherwise;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most && (!isWhole || Number.isSafeInteger(value))) return value;
  const kind = isWhole ? "a whole number" : "a number";
  throw new ArgumentsError(`--${name} is "${text}": expected ${kind} from ${least} to ${most}`);
}
