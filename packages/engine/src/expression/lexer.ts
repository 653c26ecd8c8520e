import { ExpressionError } from "./expression-error.ts";
import { MAX_SOURCE_LENGTH } from "./limits.ts";
import { readTextLiteral } from "./text-literal.ts";
import { KEYWORDS, OPERATORS, type Mark, type Token } from "./tokens.ts";

const SPACE = /\s+/y;
const NAME = /[\p{ID_Start}_]\p{ID_Continue}*/uy;
const NUMBER = /(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:e[+-]?\d(?:_?\d)*)?/iy;
const LEADING_ZERO = /^0[\d_]*[1-9]/;

const KEYWORD_MARKS: ReadonlyMap<string, Mark> = new Map(KEYWORDS.map((word) => [word, word]));

/** Words of Python that begin what a condition must not contain. */
const UNSUPPORTED_WORDS: ReadonlySet<string> = new Set(["lambda", "await", "async", "yield"]);

/** What people used to other languages write, and what to write here. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ["=", "write '==' to compare"],
  ["&", "write 'and'"],
  ["|", "write 'or'"],
  ["!", "write 'not' or '!='"],
]);

interface Lexeme {
  readonly token: Token;
  readonly end: number;
}

/**
 * Splits an expression into tokens; the last one is of kind `end`.
 * @throws ExpressionError at what no token begins with, and when the source is too long
 */
export function tokenize(source: string): readonly Token[] {
  if (source.length > MAX_SOURCE_LENGTH) {
    throw new ExpressionError(
      `Expression is longer than ${MAX_SOURCE_LENGTH} characters`,
      MAX_SOURCE_LENGTH,
    );
  }
  const tokens: Token[] = [];
  let position = skipSpace(source, 0);
  while (position < source.length) {
    const { token, end } = readToken(source, position);
    tokens.push(token);
    position = skipSpace(source, end);
  }
  tokens.push({ kind: "end", position });
  return tokens;
}

function readToken(source: string, position: number): Lexeme {
  const character = source.charAt(position);
  if (character === "'" || character === '"') {
    const { value, end } = readTextLiteral(source, position);
    return { token: { kind: "text", value, position }, end };
  }
  const number = match(NUMBER, source, position);
  if (number !== null) return readNumber(source, position, number);
  const word = match(NAME, source, position);
  if (word !== null) return readWord(source, position, word);
  const operator = OPERATORS.find((candidate) => source.startsWith(candidate, position));
  if (operator !== undefined) {
    return {
      token: { kind: "mark", mark: operator, position },
      end: position + operator.length,
    };
  }
  const hint = HINTS.get(character);
  throw new ExpressionError(
    `Unexpected '${character}'${hint === undefined ? "" : `: ${hint}`}`,
    position,
  );
}

function readNumber(source: string, position: number, text: string): Lexeme {
  const end = position + text.length;
  const isInteger = /^[\d_]+$/.test(text);
  const runsOn = match(NAME, source, end) !== null || /\d/.test(source.charAt(end));
  if (runsOn || (isInteger && LEADING_ZERO.test(text))) {
    throw new ExpressionError("Not a number", position);
  }
  const value = Number(text.replaceAll("_", ""));
  if (isInteger ? !Number.isSafeInteger(value) : !Number.isFinite(value)) {
    throw new ExpressionError("Number is too large", position);
  }
  return { token: { kind: "number", value, position }, end };
}

function readWord(source: string, position: number, word: string): Lexeme {
  const end = position + word.length;
  if (UNSUPPORTED_WORDS.has(word)) {
    throw new ExpressionError(`'${word}' is not supported`, position);
  }
  if (source.charAt(end) === "'" || source.charAt(end) === '"') {
    // `f'…'` in Python; `in'…'` is allowed there, but nobody writes it.
    throw new ExpressionError(`'${word}' stands directly before a quote`, position);
  }
  const mark = KEYWORD_MARKS.get(word);
  return mark === undefined
    ? { token: { kind: "name", name: word, position }, end }
    : { token: { kind: "mark", mark, position }, end };
}

function skipSpace(source: string, position: number): number {
  return position + (match(SPACE, source, position)?.length ?? 0);
}

function match(pattern: RegExp, source: string, position: number): string | null {
  pattern.lastIndex = position;
  return pattern.exec(source)?.[0] ?? null;
}
