import { ExpressionError } from "./expression-error.ts";

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["\n", ""],
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

/** Escapes that name a character by its number, and how many hexadecimal digits follow. */
const CODE_DIGITS: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

const LAST_CODE_POINT = 0x10_ffff;

interface Piece {
  readonly value: string;
  readonly end: number;
}

/**
 * Reads a quoted text.
 *
 * @param start the place of the opening quote
 * @returns the text without quotes and escapes, and the place after the closing quote
 * @throws ExpressionError when the text does not end or holds an escape that means nothing
 */
export function readTextLiteral(source: string, start: number): Piece {
  const quote = source.charAt(start);
  let value = "";
  let place = start + 1;
  while (place < source.length) {
    const character = source.charAt(place);
    if (character === quote) return { value, end: place + 1 };
    if (character === "\n") break;
    if (character === "\\") {
      const escape = readEscape(source, place);
      value += escape.value;
      place = escape.end;
    } else {
      value += character;
      place += 1;
    }
  }
  throw new ExpressionError("Text is not closed by a quote", start);
}

function readEscape(source: string, backslash: number): Piece {
  const letter = source.charAt(backslash + 1);
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return { value: simple, end: backslash + 2 };
  const digits = CODE_DIGITS.get(letter);
  if (digits !== undefined) return readCode(source, backslash, digits);
  if (letter === "N" || /\d/.test(letter)) {
    throw new ExpressionError(`Escape '\\${letter}' is not supported`, backslash);
  }
  // Python keeps the backslash of an escape it does not know.
  return { value: "\\", end: backslash + 1 };
}

function readCode(source: string, backslash: number, digits: number): Piece {
  const end = backslash + 2 + digits;
  const text = source.slice(backslash + 2, end);
  const code = Number.parseInt(text, 16);
  if (text.length < digits || !/^[\da-f]+$/i.test(text) || code > LAST_CODE_POINT) {
    throw new ExpressionError("Escape does not name a character", backslash);
  }
  return { value: String.fromCodePoint(code), end };
}
