import { describe, expect, test } from "vitest";
import { deepFreeze, type JsonObject } from "../json.ts";
import { compileExpression, ExpressionError } from "./index.ts";

const DATA: JsonObject = deepFreeze({
  amount: 5,
  comment: null,
  user: { name: "Ada" },
  tags: ["new"],
});

type Row = readonly [source: string, message: string, position: number];

/** What is refused when the condition is read, before there is any data. */
const UNREADABLE: readonly Row[] = [
  ["", "Expected a value but found the end", 0],
  ["   ", "Expected a value but found the end", 3],
  ["1 +", "Expected a value but found the end", 3],
  ["amount = 5", "write '==' to compare", 7],
  ["amount > 1 && tags", "write 'and'", 11],
  ["amount || tags", "write 'or'", 7],
  ["!amount", "write 'not' or '!='", 0],
  ["amount amount", "Expected an operator or the end but found 'amount'", 7],
  ["(1, 2", "Expected ',' or ')' but found the end", 5],
  ["[1 2]", "Expected ',' or ']' but found number 2", 3],
  ["[,]", "Expected a value but found ','", 1],
  ["'open", "Text is not closed by a quote", 0],
  ["'line\nbreak'", "Text is not closed by a quote", 0],
  ["'\\u12'", "Escape does not name a character", 1],
  ["'\\U00110000'", "Escape does not name a character", 1],
  ["'\\N{BULLET}'", "Escape '\\N' is not supported", 1],
  ["'a' 'b'", "found a text", 4],
  ["f'{amount}'", "'f' stands directly before a quote", 0],
  ["12abc", "Not a number", 0],
  ["007", "Not a number", 0],
  ["0x10", "Not a number", 0],
  ["1__0", "Not a number", 0],
  ["9007199254740993", "Number is too large", 0],
  ["1e999", "Number is too large", 0],
  ["1 if 2", "Expected 'else' but found the end", 6],
  ["1 == not 2", "Expected a value but found 'not'", 5],
  ["{1, 2}", "Sets are not supported", 0],
  ["{'a' 1}", "Expected ':' but found number 1", 5],
  ["tags[]", "Expected a value but found ']'", 5],
  ["tags[0", "Expected ':' but found the end", 6],
  ["user.", "Expected a name but found the end", 5],
  ["user.'name'", "Expected a name but found a text", 5],
  ["len(1", "Expected ',' or ')' but found the end", 5],
  ["foo(1)", "Unknown function 'foo'", 0],
  ["__import__('os')", "Unknown function '__import__'", 0],
  ["tags.append(1)", "Unknown method 'append'", 4],
  ["user.get('name')()", "Only functions and methods can be called", 16],
  ["lambda: 1", "'lambda' is not supported", 0],
  ["(lambda x: x)(1)", "'lambda' is not supported", 1],
  ["(x for x in tags)", "stands only in a function's call", 0],
  ["len(x for x in tags)", "len() takes no generator expression", 4],
  ["[x for 1 in tags]", "Expected a name but found number 1", 7],
  ["[x for x tags]", "Expected 'in' but found 'tags'", 9],
  ["any(x for x in tags, 1)", "Expected ')' but found ','", 19],
  ["amount; tags", "Unexpected ';'", 6],
  ["amount # why", "Unexpected '#'", 7],
  ["max(tags, default=0)", "write '=='", 17],
];

/** What is refused once the data is known; the message begins as Python's exception does. */
const UNDEFINED: readonly Row[] = [
  ["missing", "Unknown name 'missing'", 0],
  ["amount > 1 and missing", "Unknown name 'missing'", 15],
  ["[x for x in tags] == x", "Unknown name 'x'", 21],
  ["len == 1", "Unknown name 'len'", 0],
  ["None >= 80", "TypeError: '>=' not supported between instances of 'NoneType' and 'int'", 5],
  ["context.get('score') >= 80", "TypeError: '>=' not supported", 21],
  ["'a' < 1", "TypeError: '<' not supported between instances of 'str' and 'int'", 4],
  ["{} < {}", "TypeError: '<' not supported between instances of 'dict' and 'dict'", 3],
  ["[1] < ['a']", "TypeError: '<' not supported between instances of 'int' and 'str'", 4],
  ["amount + 'x'", "TypeError: unsupported operand type(s) for +: 'int' and 'str'", 7],
  ["[1] * 'x'", "TypeError: unsupported operand type(s) for *: 'list' and 'str'", 4],
  ["'a' * 1.5", "TypeError: unsupported operand type(s) for *: 'str' and 'float'", 4],
  ["'%s' % amount", "TypeError: unsupported operand type(s) for %", 5],
  ["-'a'", "TypeError: bad operand type for unary -: 'str'", 0],
  ["amount / 0", "ZeroDivisionError", 7],
  ["amount // 0.0", "ZeroDivisionError", 7],
  ["amount % False", "ZeroDivisionError", 7],
  ["0 ** -1", "ZeroDivisionError", 2],
  ["(-8) ** 0.5", "ValueError: a negative number", 5],
  ["1e308 * 10", "OverflowError: result is too large", 6],
  ["9007199254740991 + 1", "OverflowError: whole number is too large", 17],
  ["1 in amount", "TypeError: argument of type 'int' is not iterable", 2],
  ["1 in 'a'", "TypeError: 'in <string>' requires string as left operand, not int", 2],
  ["[] in user", "TypeError: unhashable type: 'list'", 3],
  ["user['age']", 'KeyError: "age"', 4],
  ["user.age", "KeyError: 'age'", 4],
  ["user[0]", "KeyError: 0", 4],
  ["comment.text", "AttributeError: 'NoneType' object has no attribute 'text'", 7],
  ["tags.length", "AttributeError: 'list' object has no attribute 'length'", 4],
  ["tags.upper()", "AttributeError: 'list' object has no method 'upper'", 4],
  ["amount.get('x')", "AttributeError: 'int' object has no method 'get'", 6],
  ["tags[1]", "IndexError: list index out of range", 4],
  ["tags[-2]", "IndexError: list index out of range", 4],
  ["''[0]", "IndexError: str index out of range", 2],
  ["tags['a']", "TypeError: list indices must be integers, not str", 4],
  ["tags[0.5]", "TypeError: list indices must be integers, not float", 4],
  ["tags[::0]", "ValueError: slice step cannot be zero", 4],
  ["tags['a':]", "TypeError: slice indices must be integers, not str", 4],
  ["user[0:1]", "TypeError: 'dict' object cannot be sliced", 4],
  ["amount[0]", "TypeError: 'int' object is not subscriptable", 6],
  ["{1: 2}", "TypeError: dict keys must be texts", 1],
  ["len(amount)", "TypeError: object of type 'int' has no len()", 0],
  ["len()", "TypeError: len() takes 1 argument(s) (0 given)", 0],
  ["max()", "TypeError: max() takes at least 1 argument(s) (0 given)", 0],
  ["user.get()", "TypeError: get() takes 1 to 2 argument(s) (0 given)", 4],
  ["max([])", "ValueError: max() arg is an empty sequence", 0],
  ["min(1, 'a')", "TypeError: '<' not supported between instances of 'str' and 'int'", 0],
  ["sorted([1, None])", "TypeError: '<' not supported", 0],
  ["sum(['a'])", "TypeError: unsupported operand type(s) for +: 'int' and 'str'", 0],
  ["sum(['a'], '')", "TypeError: sum() can't sum strings", 0],
  ["int('1.5')", "ValueError: invalid literal for int()", 0],
  ["int(None)", "TypeError: int() takes a number, not 'NoneType'", 0],
  ["int('9' * 30)", "OverflowError", 0],
  ["float('nan')", "ValueError: could not convert string to float", 0],
  ["str(tags)", "TypeError: str() takes no 'list'", 0],
  ["abs('a')", "TypeError: abs() takes a number, not 'str'", 0],
  ["round(1.5, 'a')", "TypeError: round() takes an int, not 'str'", 0],
  ["round(1.5, -1)", "ValueError: round() takes 0 to 20 decimal places", 0],
  ["any(amount)", "TypeError: 'int' object is not iterable", 0],
  ["any(1 / x for x in [0, 1])", "ZeroDivisionError", 6],
  ["[x for x in amount]", "TypeError: 'int' object is not iterable", 3],
  ["[a for a, b in tags]", "ValueError: expected 2 values to unpack", 3],
  ["'a'.split('')", "ValueError: empty separator", 3],
  ["'a'.startswith(1)", "TypeError: startswith() takes a str or a tuple, not 'int'", 3],
  ["','.join([1])", "TypeError: join() takes a str, not 'int'", 3],
  ["tags.index('old')", "ValueError: value is not in list", 4],
];

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return null;
}

function expectError(error: unknown, message: string, position: number): void {
  expect(error).toBeInstanceOf(ExpressionError);
  expect(error).toMatchObject({ code: "EXPRESSION_ERROR", position });
  expect(error).toHaveProperty("message", expect.stringContaining(message));
  expect(error).toHaveProperty("message", expect.stringContaining(`character ${position + 1}`));
}

describe("given a text that is not an expression", () => {
  test.each(UNREADABLE)("when %j is compiled, then it says: %s", (source, message, position) => {
    const error = thrownBy(() => compileExpression(source));
    expectError(error, message, position);
  });
});

describe("given an expression that has no value over the data", () => {
  test.each(UNDEFINED)("when %s is evaluated, then it says: %s", (source, message, position) => {
    const expression = compileExpression(source);
    expectError(
      thrownBy(() => expression.evaluate(DATA)),
      message,
      position,
    );
  });

  test("when it is tested, then it is an error as well, and not false", () => {
    const expression = compileExpression("comment >= 80");
    expect(thrownBy(() => expression.test(DATA))).toBeInstanceOf(ExpressionError);
  });
});
