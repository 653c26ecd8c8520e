import { parseArgs } from "node:util";
import { MEASURES, type MeasureName } from "../measures/measure.ts";

export interface BenchOptions {
  readonly quick: boolean;
  readonly rounds: number;
  /** What is measured, in the order in which it runs. */
  readonly only: readonly MeasureName[];
  /** Where everything is written as JSON; null for nowhere. */
  readonly json: string | null;
  /** Where a page with plots is written; null for nowhere. */
  readonly html: string | null;
}

export const USAGE = `npm run bench -- [options]

Measures Drover beside the same work written by hand on BullMQ and Postgres, and beside the limits of
both, in one run: with a Postgres and a Redis of its own that lose nothing, and processes as their users
have them. Prints all figures, then what was to be reached and what is. Takes some fifteen minutes.

  --quick         everything in small: one round, less than 90 s, and a shorter history
  --only A,B      some measures alone: ${MEASURES.join(", ")}
  --rounds N      rounds, whose median counts (3; with --quick 1)
  --json FILE     writes the figures there as well
  --html FILE     writes a page with plots
  --help          prints this

Exit code: 0 when everything was measured, whatever was reached; 1 when something failed or a row was
missing or there twice; 2 when it was asked for wrongly.
`;

/** What is wrong with the arguments, in one line. */
export class ArgumentsError extends Error {
  readonly code = "BENCH_ARGUMENTS";
}

const MOST_ROUNDS = 100;

/**
 * @returns null when somebody asks for help
 * @throws ArgumentsError naming the first flag that is wrong
 */
export function readArguments(args: readonly string[]): BenchOptions | null {
  const given = parsed(args);
  if (given.help === true) return null;
  const quick = given.quick === true;
  return {
    quick,
    rounds: rounds(given.rounds, quick ? 1 : 3),
    only: only(given.only),
    json: given.json ?? null,
    html: given.html ?? null,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: "boolean" },
        only: { type: "string" },
        rounds: { type: "string" },
        json: { type: "string" },
        html: { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new ArgumentsError(error instanceof Error ? error.message : String(error));
  }
}

function rounds(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= MOST_ROUNDS) return value;
  throw new ArgumentsError(
    `--rounds is "${text}": expected a whole number from 1 to ${MOST_ROUNDS}`,
  );
}

function only(text: string | undefined): readonly MeasureName[] {
  if (text === undefined) return MEASURES;
  const names = text.split(",").map((name) => name.trim());
  const known: readonly string[] = MEASURES;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ArgumentsError(`--only has "${unknown}": expected of ${MEASURES.join(", ")}`);
  }
  return MEASURES.filter((name) => names.includes(name));
}
