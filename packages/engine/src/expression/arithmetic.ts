import type { JsonValue } from "../json.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./expression-error.ts";
import type { ArithmeticOperator } from "./syntax.ts";
import { isIntegral, isNumeric, typeName } from "./values.ts";

const OPERATIONS: Readonly<Record<ArithmeticOperator, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / nonZero(right),
  "//": (left, right) => floorDivide(left, nonZero(right)),
  "%": (left, right) => modulo(left, nonZero(right)),
  "**": power,
};

/**
 * The result of an operator: on numbers, and on texts and lists `+` and `* number`.
 * @throws Fault for other types, division by zero and results that no double holds
 */
export function calculate(
  operator: ArithmeticOperator,
  left: JsonValue,
  right: JsonValue,
  budget: Budget,
): JsonValue {
  if (isNumeric(left) && isNumeric(right)) {
    return calculateNumber(operator, Number(left), Number(right));
  }
  const joined = operator === "+" ? concatenate(left, right, budget) : null;
  const repeated = operator === "*" ? repeat(left, right, budget) : null;
  const result = joined ?? repeated;
  if (result !== null) return result;
  throw new Fault(
    `TypeError: unsupported operand type(s) for ${operator}: ` +
      `'${typeName(left)}' and '${typeName(right)}'`,
  );
}

/** `-value` or `+value`. @throws Fault for what is not a number */
export function applySign(sign: "+" | "-", value: JsonValue): number {
  if (!isNumeric(value)) {
    throw new Fault(`TypeError: bad operand type for unary ${sign}: '${typeName(value)}'`);
  }
  // Subtracting from zero, for JSON knows no negative zero.
  return sign === "-" ? 0 - Number(value) : Number(value);
}

function calculateNumber(operator: ArithmeticOperator, left: number, right: number): number {
  const result = OPERATIONS[operator](left, right);
  if (!Number.isFinite(result)) throw new Fault("OverflowError: result is too large");
  const areWhole = Number.isSafeInteger(left) && Number.isSafeInteger(right);
  if (areWhole && operator !== "/" && Number.isInteger(result) && !Number.isSafeInteger(result)) {
    // Python would go on exactly; a wrong number would be worse than none.
    throw new Fault("OverflowError: whole number is too large to be exact");
  }
  // Adding zero makes zero of a negative zero.
  return result + 0;
}

function nonZero(divisor: number): number {
  if (divisor === 0) throw new Fault("ZeroDivisionError: division by zero");
  return divisor;
}

/** The remainder has the divisor's sign in Python, the dividend's in JavaScript. */
function modulo(left: number, right: number): number {
  const remainder = left % right;
  return remainder !== 0 && remainder < 0 !== right < 0 ? remainder + right : remainder;
}

/** By way of the remainder, as a rounded quotient may already be the next whole number. */
function floorDivide(left: number, right: number): number {
  const remainder = left % right;
  const quotient = Math.round((left - remainder) / right);
  return remainder !== 0 && remainder < 0 !== right < 0 ? quotient - 1 : quotient;
}

function power(base: number, exponent: number): number {
  if (base === 0 && exponent < 0) {
    throw new Fault("ZeroDivisionError: 0.0 cannot be raised to a negative power");
  }
  if (base < 0 && !Number.isInteger(exponent)) {
    throw new Fault("ValueError: a negative number has no real power of this exponent");
  }
  const isWhole = Number.isSafeInteger(base) && Number.isSafeInteger(exponent) && exponent >= 0;
  return isWhole && Math.abs(base) > 1 ? wholePower(base, exponent) : base ** exponent;
}

/** Multiplied out, since `**` may be off by a bit; ends once the result is not exact. */
function wholePower(base: number, exponent: number): number {
  let result = 1;
  for (let count = 0; count < exponent && Number.isSafeInteger(result); count += 1) result *= base;
  return result;
}

function concatenate(left: JsonValue, right: JsonValue, budget: Budget): JsonValue {
  if (typeof left === "string" && typeof right === "string") {
    budget.allocate(left.length + right.length);
    return left + right;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    budget.allocate(left.length + right.length);
    return [...left, ...right];
  }
  return null;
}

function repeat(left: JsonValue, right: JsonValue, budget: Budget): JsonValue {
  const [repeated, times] = isIntegral(left) ? [right, left] : [left, right];
  if (!isIntegral(times)) return null;
  const count = Math.max(0, Number(times));
  if (typeof repeated === "string") {
    budget.allocate(repeated.length * count);
    return repeated.repeat(count);
  }
  if (!Array.isArray(repeated)) return null;
  budget.allocate(repeated.length * count);
  // An empty list stays empty, however often it is asked for.
  return repeated.length === 0 ? [] : Array.from({ length: count }, () => repeated).flat();
}
