import { appendFileSync } from "node:fs";

/** How long a recovery took, beside what is promised. */
export interface Figure {
  readonly fault: string;
  /** In words, as documents say it. */
  readonly promise: string;
  /** In words, with units. */
  readonly measured: string;
}

/** The file that `npm run test:recovery` makes its table of; nobody asks for one in ordinary runs. */
const FILE = process.env["DROVER_FIGURES"];

/** Tells a figure to whoever reads the test's output, and to the table. */
export function note(figure: Figure): void {
  process.stdout.write(`${figure.fault}: ${figure.measured} (promised: ${figure.promise})\n`);
  if (FILE !== undefined) appendFileSync(FILE, `${JSON.stringify(figure)}\n`);
}

/** @param milliseconds as measured. @returns "1.2 s" */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

/** Whether everything is tried at full length: Redis is away for a minute then. */
export const AT_LENGTH = process.env["DROVER_AT_LENGTH"] === "1";
