import { parseArgs } from "node:util";
import { PLANTED_FAULTS, type PlantedFault } from "./planted.ts";

export const HELP = `Usage: npm run test:sim -- [options]

Runs the engine and the workers over a simulated network, database, queue and clock, and checks
what has happened after each run. Every run follows from its seed alone.

  --runs N        how many runs (default 1000)
  --seed N        where they begin, from 0 to 4294967295 (default 1)
  --json          the report as JSON
  --trace         with --runs 1: the story of the run, line by line
  --plant FAULT   puts a fault into the simulated database or queue, which must be found:
                  ${PLANTED_FAULTS.join(", ")}
  --help          this text

A run that goes wrong is printed with the command that shows it alone. The exit code is then 1.
`;

/** What was asked for. */
export interface SimulationOrder {
  readonly runs: number;
  readonly seed: number;
  readonly json: boolean;
  readonly trace: boolean;
  readonly planted: PlantedFault | null;
}

/** What was typed cannot be understood. */
export class CommandLineError extends Error {
  readonly code = "COMMAND_LINE";
}

/**
 * @returns null where help was asked for
 * @throws CommandLineError
 */
export function readCommandLine(words: readonly string[]): SimulationOrder | null {
  const { help, runs, seed, json, trace, plant } = parsed(words);
  if (help) return null;
  const order = {
    runs: wholeNumber("--runs", runs, 1, 10_000_000),
    seed: wholeNumber("--seed", seed, 0, 2 ** 32 - 1),
    json,
    trace,
    planted: plant === undefined ? null : plantedFault(plant),
  };
  if (trace && order.runs !== 1) throw new CommandLineError("--trace needs --runs 1");
  if (trace && json) throw new CommandLineError("--trace and --json do not go together");
  return order;
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        runs: { type: "string", default: "1000" },
        seed: { type: "string", default: "1" },
        json: { type: "boolean", default: false },
        trace: { type: "boolean", default: false },
        plant: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new CommandLineError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new CommandLineError(`${flag} must be a whole number from ${least} to ${most}: '${text}'`);
}

function plantedFault(name: string): PlantedFault {
  const known = PLANTED_FAULTS.find((fault) => fault === name);
  if (known !== undefined) return known;
  throw new CommandLineError(`--plant must be one of ${PLANTED_FAULTS.join(", ")}: '${name}'`);
}
