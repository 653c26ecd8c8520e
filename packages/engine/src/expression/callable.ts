import type { JsonValue } from "../json.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./expression-error.ts";
import { isIntegral, typeName } from "./values.ts";

/** A function or method that expressions may call, and how many arguments it takes. */
export interface Callable {
  readonly least: number;
  readonly most: number;
  readonly call: (args: readonly JsonValue[], budget: Budget) => JsonValue;
}

/** @throws Fault for too few or too many arguments, and what the callable itself refuses */
export function invoke(
  callable: Callable,
  name: string,
  args: readonly JsonValue[],
  budget: Budget,
): JsonValue {
  checkCount(callable, name, args.length);
  return callable.call(args, budget);
}

/** @throws Fault unless this many arguments fit */
export function checkCount(
  { least, most }: { readonly least: number; readonly most: number },
  name: string,
  count: number,
): void {
  if (count >= least && count <= most) return;
  const wanted = least === most ? `${least}` : `${least} to ${most}`;
  throw new Fault(
    most === Infinity
      ? `TypeError: ${name}() takes at least ${least} argument(s) (${count} given)`
      : `TypeError: ${name}() takes ${wanted} argument(s) (${count} given)`,
  );
}

/** The argument as a text. @throws Fault naming the function and the type given */
export function textArgument(name: string, value: JsonValue): string {
  if (typeof value === "string") return value;
  throw new Fault(`TypeError: ${name}() takes a str, not '${typeName(value)}'`);
}

/** The argument as a whole number. @throws Fault naming the function and the type given */
export function wholeArgument(name: string, value: JsonValue): number {
  if (isIntegral(value)) return Number(value);
  throw new Fault(`TypeError: ${name}() takes an int, not '${typeName(value)}'`);
}
