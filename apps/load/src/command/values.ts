import { accessSync, constants, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { JsonObject } from "../http/shapes.ts";

/** What is wrong with the arguments, in one line that names the flag. */
export class ArgumentsError extends Error {
  readonly code = "LOAD_ARGUMENTS";
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * @param text such as `60s`
 * @returns milliseconds
 * @throws ArgumentsError
 */
export function durationOf(flag: string, text: string): number {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const milliseconds = Number(amount) * (UNITS[unit] ?? 0);
  if (milliseconds >= 1 && milliseconds <= 24 * 3_600_000) return milliseconds;
  throw new ArgumentsError(`--${flag} is "${text}": expected a duration like 500ms, 60s, 5m or 1h`);
}

/** @throws ArgumentsError */
export function numberOf(
  flag: string,
  text: string,
  least: number,
  most: number,
  isWhole = true,
): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most && (!isWhole || Number.isSafeInteger(value))) return value;
  const kind = isWhole ? "a whole number" : "a number";
  throw new ArgumentsError(`--${flag} is "${text}": expected ${kind} from ${least} to ${most}`);
}

/** @throws ArgumentsError */
export function choiceOf<Choice extends string>(
  flag: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const chosen = choices.find((choice) => choice === text);
  if (chosen !== undefined) return chosen;
  throw new ArgumentsError(`--${flag} is "${text}": expected ${choices.join(", ")}`);
}

/**
 * @param text JSON, or `@` and the name of a file with some
 * @throws ArgumentsError
 */
export function objectOf(flag: string, text: string): JsonObject {
  const read = z.record(z.string(), z.unknown()).safeParse(jsonOf(flag, text));
  if (read.success) return read.data;
  throw new ArgumentsError(`--${flag}: expected a JSON object`);
}

function jsonOf(flag: string, text: string): unknown {
  try {
    return JSON.parse(text.startsWith("@") ? readFileSync(text.slice(1), "utf8") : text);
  } catch (error) {
    throw new ArgumentsError(
      `--${flag}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/**
 * A file that is to be written at the end: it would be a pity to find out only then that it cannot.
 * @throws ArgumentsError
 */
export function fileOf(flag: string, text: string): string {
  const folder = path.dirname(path.resolve(text));
  try {
    accessSync(folder, constants.W_OK);
    return text;
  } catch (error) {
    throw new ArgumentsError(`--${flag}: nothing can be written in ${folder}`, { cause: error });
  }
}

/**
 * @returns the origin, and the path before all routes
 * @throws ArgumentsError
 */
export function addressOf(flag: string, text: string): { origin: string; prefix: string } {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ArgumentsError(`--${flag} is "${text}": expected a URL like http://127.0.0.1:3000`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new ArgumentsError(`--${flag}: expected an address and at most a path, nothing else`);
  }
  const prefix = url.pathname.replace(/\/+$/, "");
  return { origin: url.origin, prefix: prefix === "" ? "/workflows" : prefix };
}
