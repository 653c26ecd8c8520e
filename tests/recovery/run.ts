/** `npm run test:recovery`: how long Drover takes to recover from each fault, as a table. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { markdownTable } from "@drover/report";
import type { Figure } from "./figures.ts";

const PROJECT = path.resolve(import.meta.dirname, "../..");
const VITEST = path.join(PROJECT, "node_modules/vitest/vitest.mjs");

/** One file at a time: figures are of one fault, and not of what else runs. */
const OPTIONS = ["run", "--reporter=default", "--no-file-parallelism", "tests/recovery"];

const HELP = `npm run test:recovery -- [--short] [--json] [--help]

Kills workers, empties Redis, takes Redis and Postgres away, each with real processes, and prints how
long it took until work was as before, beside what is promised. Takes some five minutes.

  --short  Redis is away for 12 s instead of a minute, as in npm test
  --json   the figures as a list of { fault, promise, measured } and nothing else
  --help   this text

Exit code: 0 when all recovered, 1 when something did not, 2 when it was asked for wrongly.
`;

interface Wanted {
  readonly short: boolean;
  readonly json: boolean;
}

/** @returns what is wanted; null where that was said by ending */
function readArguments(): Wanted | null {
  try {
    const { values } = parseArgs({
      options: {
        short: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (!values.help) return values;
    process.stdout.write(HELP);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exitCode = 2;
  }
  return null;
}

async function run({ short, json }: Wanted): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "drover-figures-"));
  const file = path.join(folder, "figures");
  try {
    const child = spawn(process.execPath, [VITEST, ...OPTIONS], {
      cwd: PROJECT,
      env: { ...process.env, DROVER_FIGURES: file, DROVER_AT_LENGTH: short ? "0" : "1" },
      // Whoever wants JSON reads nothing else on the standard output.
      stdio: ["ignore", json ? 2 : "inherit", "inherit"],
    });
    const [code]: unknown[] = await once(child, "exit");
    const figures = readFigures(file);
    process.stdout.write(json ? `${JSON.stringify(figures, null, 2)}\n` : `\n${table(figures)}`);
    process.exitCode = code === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readFigures(file: string): Figure[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Figure => JSON.parse(line))
    .toSorted((left, right) => (left.fault < right.fault ? -1 : 1));
}

/** As documents show it. */
function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ fault, promise, measured }) => [fault, promise, measured]);
  return markdownTable(["fault", "promised", "measured"], rows);
}

const wanted = readArguments();
if (wanted !== null) await run(wanted);
