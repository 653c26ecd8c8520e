import type { Fault } from "@drover/engine";
import type { Context } from "hono";
import { RequestInvalidError } from "../errors.ts";
import { toldPath } from "./told-path.ts";

/** Faults that are named; who has more of them reads no further. */
const MOST_FAULTS = 100;

/** Longest name of an unknown field that is sent back. Characters. */
const LONGEST_NAME = 100;

/** The part of zod's issues that is of use here. */
interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** What came of checking a part of a request. */
interface Checked {
  readonly success: boolean;
  readonly error?: { readonly issues: readonly Issue[] };
  /** The part as it was sent. */
  readonly data?: unknown;
}

/**
 * What every route does with a request that does not match its schema.
 * @throws RequestInvalidError
 */
export function refuseInvalid(checked: Checked, { req }: Context): void {
  if (checked.success) return;
  const issues = checked.error?.issues ?? [];
  const faults = issues.flatMap((issue) => faultsOf(issue, checked.data));
  throw new RequestInvalidError(req.method, toldPath(req.path), faults.slice(0, MOST_FAULTS));
}

function faultsOf(issue: Issue, data: unknown): Fault[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return (issue.keys ?? []).slice(0, MOST_FAULTS).map((key) => {
      const name = key.slice(0, LONGEST_NAME);
      return { path: [...path, name].join("."), message: `Unknown field \`${name}\`` };
    });
  }
  const name = path.at(-1);
  const missing = name !== undefined && valueAt(data, path) === undefined;
  const message = missing ? `Object missing required field \`${name}\`` : issue.message;
  return [{ path: path.join("."), message }];
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}
