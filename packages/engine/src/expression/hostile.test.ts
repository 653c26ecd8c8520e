import { describe, expect, test } from "vitest";
import { deepFreeze, type JsonObject, type JsonValue } from "../json.ts";
import { compileExpression, ExpressionError } from "./index.ts";

const NUMBERS = Array.from({ length: 20_000 }, (_, index) => index);
const LONG = "a".repeat(900_000);

const DATA: JsonObject = deepFreeze({
  amount: 5,
  text: "text",
  list: [1],
  numbers: NUMBERS,
  long: LONG,
  needle: `b${LONG.slice(0, 400_000)}`,
  table: Object.fromEntries(NUMBERS.map((number) => [`key${number}`, number])),
});

/** Far more than any of these takes, far less than an unbounded one would. */
const TIME_LIMIT = 3_000;

describe("given an expression that reaches for what objects inherit", () => {
  test.each([
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "toString",
    "context.__proto__",
    "context['__proto__']",
    "context.__class__",
    "context['constructor']",
    "context.constructor.constructor",
    "context.toString",
    "text.length",
    "text['length']",
    "text.constructor",
    "list['constructor']",
    "list.__proto__",
    "amount.__class__",
    "''.__class__.__mro__",
    "{}.__proto__",
    "constructor('return process')()",
    "context.constructor('return process')()",
    "text.constructor()",
    "context.get.__globals__",
    "len.__self__",
    "globalThis",
    "process",
    "this",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "`${1}`",
    "(lambda: 1)()",
    "(x := 1)",
    "[*list]",
    "{**context}",
  ])("when %s is evaluated, then it is refused", (source) => {
    expect(() => compileExpression(source).evaluate(DATA)).toThrow(ExpressionError);
  });

  test.each<[string, JsonValue]>([
    ["context.get('__proto__')", null],
    ["context.get('constructor', 'none')", "none"],
    ["'__proto__' in context", false],
    ["'toString' in context", false],
  ])("when %s asks a dict, then the answer is %j", (source, value) => {
    expect(compileExpression(source).evaluate(DATA)).toStrictEqual(value);
  });

  test("when a dict gets a key '__proto__', then it is a key like any other", () => {
    const result = compileExpression("{'__proto__': {'polluted': 1}}").evaluate(DATA);
    expect(Object.keys(result ?? {})).toStrictEqual(["__proto__"]);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect({}).not.toHaveProperty("polluted");
  });

  test("when the data has its own key '__proto__', then it can be read", () => {
    const data = Object.fromEntries([["__proto__", 7]]);
    expect(compileExpression("context['__proto__'] + __proto__").evaluate(data)).toBe(14);
  });
});

describe("given a text that is too large", () => {
  test.each([
    ["parentheses", "(".repeat(61) + "1" + ")".repeat(61)],
    ["thousands of parentheses", "(".repeat(2000) + "1" + ")".repeat(2000)],
    ["lists", "[".repeat(61) + "]".repeat(61)],
    ["signs", "-".repeat(4000) + "1"],
    ["negations", "not ".repeat(1000) + "1"],
    ["powers", "2 ** ".repeat(800) + "1"],
    ["conditionals", "1 if 1 else ".repeat(300) + "1"],
    ["subscripts", "list[".repeat(100) + "0" + "]".repeat(100)],
    ["loops", `[1 ${"for x in list ".repeat(100)}]`],
    ["length", `1${" ".repeat(4096)}`],
  ])("when it is so by its %s, then it does not compile", (_what, source) => {
    expect(() => compileExpression(source)).toThrow(ExpressionError);
  });

  test.each<[string, string, JsonValue]>([
    ["parentheses", "(".repeat(60 - 1) + "1" + ")".repeat(60 - 1), 1],
    ["a sum", "1" + "+1".repeat(2000), 2001],
    ["alternatives", "0 or ".repeat(800) + "1", 1],
    ["comparisons", "1 == ".repeat(800) + "1", true],
    ["subscripts in a row", "list" + "[0:1]".repeat(800), [1]],
  ])("when it is as large as allowed by %s, then it evaluates", (_what, source, value) => {
    expect(compileExpression(source).evaluate(DATA)).toStrictEqual(value);
  });
});

describe("given an expression that would take too much time or memory", () => {
  test.each([
    "'a' * 10**9",
    "10**9 * 'a'",
    "[0] * 10**9",
    "2 ** 10**9",
    "2.5 ** 10**9",
    "9 ** 9 ** 9 ** 9",
    "[x for x in numbers for y in numbers]",
    "[[x for x in numbers] for y in numbers]",
    "sum(x for x in numbers) + sum(x for x in numbers) + sum(x for x in numbers)",
    "any(False for a in numbers for b in numbers for c in numbers)",
    "any(x == y for x in [numbers + [0]] for y in [numbers + [z] for z in numbers])",
    "needle in long",
    "long.count(needle)",
    "long.find(needle)",
    "long.split(needle)",
    "long.replace('a', long)",
    "long.replace('', 'xx')",
    "long + long",
    "','.join([long, long])",
    "any(long == long + 'b' for x in numbers)",
    "all(table for x in numbers)",
    "[table for x in numbers]",
    "[numbers for x in numbers]",
    "sorted([x for y in [0, 0, 0, 0, 0, 0, 0, 0] for x in numbers])",
    "[sorted(numbers) for x in numbers]",
  ])(
    "when %s is evaluated, then it is refused in time",
    (source) => {
      const expression = compileExpression(source);
      expect(() => expression.evaluate(DATA)).toThrow(ExpressionError);
    },
    TIME_LIMIT,
  );

  test(
    "when each of its loops doubles what the one inside gave, then it is refused in time",
    () => {
      const source = `${"[[a, a] for a in ".repeat(30)}[1]${"]".repeat(30)}`;
      expect(() => compileExpression(source).evaluate(DATA)).toThrow(ExpressionError);
      const equality = compileExpression(`${source} == ${source}`);
      expect(() => equality.evaluate(DATA)).toThrow(ExpressionError);
    },
    TIME_LIMIT,
  );

  test("when data is nested too deeply to compare, then it is refused", () => {
    let value: JsonValue = [];
    for (let depth = 0; depth < 50_000; depth += 1) value = [value];
    const data = { value };
    expect(() => compileExpression("value == [value]").evaluate(data)).toThrow(ExpressionError);
    expect(() => compileExpression("value < [value]").evaluate(data)).toThrow(ExpressionError);
    expect(() => compileExpression("value").evaluate(data)).toThrow(ExpressionError);
  });

  test("when a large context is used as conditions do, then it evaluates", () => {
    expect(compileExpression("any(x > 19998 for x in numbers)").test(DATA)).toBe(true);
    expect(compileExpression("'b' in long.lower() or len(long) > 10").test(DATA)).toBe(true);
    expect(compileExpression("table['key19999'] == 19999 and not not table").test(DATA)).toBe(true);
    expect(compileExpression("max(sorted(numbers))").evaluate(DATA)).toBe(19_999);
  });
});
