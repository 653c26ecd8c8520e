import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deepFreeze, type JsonObject } from "../json.ts";
import { compileExpression, ExpressionError } from "./index.ts";

const DATA: JsonObject = deepFreeze({
  a: 1,
  b: -2.5,
  word: "text",
  no: null,
  list: [1, "x", null, [2]],
  dict: { key: [1], other: { deep: true } },
});

const OPERATORS = "+,-,*,/,//,%,**,==,!=,<,<=,>,>=,in,not in,is,is not,and,or".split(",");

const { expression } = fc.letrec<{ expression: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    fc.integer({ min: -100, max: 100 }).map((value) => `(${value})`),
    fc.constantFrom("0", "0.5", "1e300", "True", "None", "''", "'é'", "[]", "{}", "missing"),
    fc.constantFrom(...Object.keys(DATA), "context", "ctx", "context.data"),
  ),
  expression: fc.oneof(
    { maxDepth: 6, depthIdentifier: "expression" },
    tie("leaf"),
    binary(tie("expression")),
    tie("expression").chain((operand) => wrapped(operand)),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .chain(([first, second, third]) => ternary(first, second, third)),
  ),
}));

function binary(operand: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const operator = fc.constantFrom(...OPERATORS);
  return fc
    .tuple(operand, operator, operand, fc.boolean())
    .map(([left, sign, right, isBare]) =>
      isBare ? `${left} ${sign} ${right}` : `(${left} ${sign} ${right})`,
    );
}

function wrapped(operand: string): fc.Arbitrary<string> {
  return fc.constantFrom(
    `(not ${operand})`,
    `-(${operand})`,
    `len(${operand})`,
    `str(${operand})`,
    `int(${operand})`,
    `round(${operand})`,
    `sum(${operand})`,
    `sorted(${operand})`,
    `(${operand}).get('key')`,
    `(${operand}).split()`,
    `(${operand}).other`,
    `any(x for x in ${operand})`,
  );
}

function ternary(first: string, second: string, third: string): fc.Arbitrary<string> {
  return fc.constantFrom(
    `(${first} if ${second} else ${third})`,
    `[${first}, ${second}, ${third}]`,
    `(${first})[${second}:${third}]`,
    `max(${first}, ${second}, ${third})`,
    `[${first} for x in [${second}] if ${third}]`,
    `{'x': ${first}, 'y': ${second}}['x']`,
  );
}

const TOKENS = (
  "and or not in is if else for None True ( ) [ ] { } , : ." +
  " + - * ** / // % < <= == = ! 'a' \" \\ 1 2.5 a list dict len x any context .get( £ 😀"
).split(" ");

function outcome(source: string): unknown {
  try {
    return compileExpression(source).evaluate(DATA);
  } catch (error) {
    return error;
  }
}

/** Either a value that JSON can say or an ExpressionError, and nothing else. */
function expectOutcome(source: string): void {
  const before = JSON.stringify(DATA);
  const result = outcome(source);
  if (result instanceof Error) expect(result).toBeInstanceOf(ExpressionError);
  else expect(JSON.parse(JSON.stringify(result))).toStrictEqual(result);
  // Frozen data throws a TypeError when it is written to; this is for what freezing misses.
  expect(JSON.stringify(DATA)).toBe(before);
}

describe("given any expression", () => {
  test("when it is evaluated over frozen data, then it gives JSON or an ExpressionError", () => {
    fc.assert(fc.property(expression, expectOutcome), { numRuns: 2_000 });
  });

  test("when it is evaluated again, then the outcome is the same", () => {
    fc.assert(
      fc.property(expression, (source) => {
        expect(outcome(source)).toStrictEqual(outcome(source));
      }),
    );
  });

  test("when it is tested, then its truth is that of its double negation", () => {
    fc.assert(
      fc.property(expression, (source) => {
        const truth = outcome(`not not (${source})`);
        fc.pre(typeof truth === "boolean");
        expect(compileExpression(source).test(DATA)).toBe(truth);
      }),
    );
  });
});

describe("given any text", () => {
  test("when it is made of tokens, then it gives JSON or an ExpressionError", () => {
    const token = fc.constantFrom(...TOKENS);
    const source = fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(" "));
    fc.assert(fc.property(source, expectOutcome), { numRuns: 2_000 });
  });

  test("when it is made of any characters, then it gives JSON or an ExpressionError", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), expectOutcome), { numRuns: 1_000 });
  });
});

/** Whole-number arithmetic as Python defines it, computed apart from the evaluator. */
const REFERENCE: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "//": floorDivide,
  "%": (left, right) => left - floorDivide(left, right) * right,
};

function floorDivide(left: bigint, right: bigint): bigint {
  const quotient = left / right;
  return quotient * right !== left && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

describe("given whole numbers", () => {
  const number = fc.maxSafeInteger();

  test.each(Object.entries(REFERENCE))(
    "when %s combines them, then the result is exact or refused",
    (operator, reference) => {
      fc.assert(
        fc.property(number, number, (left, right) => {
          fc.pre(right !== 0);
          const wanted = Number(reference(BigInt(left), BigInt(right)));
          const result = outcome(`(${left}) ${operator} (${right})`);
          if (result instanceof ExpressionError) {
            expect(Number.isSafeInteger(wanted)).toBe(false);
          } else expect(result).toBe(wanted);
        }),
      );
    },
  );

  test("when they are compared in a chain, then it holds if each pair does", () => {
    fc.assert(
      fc.property(number, number, number, (low, middle, high) => {
        expect(outcome(`${low} < ${middle} <= ${high}`)).toBe(low < middle && middle <= high);
      }),
    );
  });
});
