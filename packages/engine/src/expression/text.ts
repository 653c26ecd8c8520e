import type { JsonValue } from "../json.ts";
import type { Budget } from "./budget.ts";
import { textArgument } from "./callable.ts";
import { Fault } from "./expression-error.ts";
import { charactersOf, elementsOf, typeName } from "./values.ts";

/** What Python takes for space; JavaScript's own idea of it differs. */
const SPACES =
  "\t\n\v\f\r\u001C\u001D\u001E\u001F \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005" +
  "\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000";

export type Side = "left" | "right" | "both";

/** Takes the given characters, or spaces, off the text's sides. */
export function trim(text: string, budget: Budget, side: Side = "both", removed = SPACES): string {
  const characters = charactersOf(text, budget);
  const isRemoved = new Set(charactersOf(removed, budget));
  let start = 0;
  let end = characters.length;
  if (side !== "right") while (start < end && isRemoved.has(characters[start] ?? "")) start += 1;
  if (side !== "left") while (end > start && isRemoved.has(characters[end - 1] ?? "")) end -= 1;
  return characters.slice(start, end).join("");
}

/** The parts between separators, or the words where the separator is None. */
export function split(text: string, separator: JsonValue, budget: Budget): string[] {
  if (separator === null) return words(text, budget);
  return parts(text, textArgument("split", separator), budget);
}

/** The texts in a row, the separator between each two. @throws Fault for what is not text */
export function join(separator: string, items: JsonValue, budget: Budget): string {
  const texts = elementsOf(items, budget).map((item) => textArgument("join", item));
  budget.allocate(joinedLength(texts, separator));
  return texts.join(separator);
}

export function replace(text: string, old: string, replacement: string, budget: Budget): string {
  // Python finds the empty text before, between and after all characters.
  const pieces = old === "" ? ["", ...charactersOf(text, budget), ""] : parts(text, old, budget);
  budget.allocate(joinedLength(pieces, replacement));
  return pieces.join(replacement);
}

/** How often one text is in another, without overlaps. */
export function countIn(text: string, wanted: string, budget: Budget): number {
  if (wanted === "") return charactersOf(text, budget).length + 1;
  return parts(text, wanted, budget).length - 1;
}

/** Where one text is first in another, or -1. */
export function find(text: string, wanted: string, budget: Budget): number {
  budget.search(text, wanted);
  const index = text.indexOf(wanted);
  return index < 0 ? -1 : charactersOf(text.slice(0, index), budget).length;
}

/** Whether the text begins or ends with the affix, or with one of a list of them. */
export function hasAffix(
  method: "startswith" | "endswith",
  text: string,
  affix: JsonValue,
  budget: Budget,
): boolean {
  if (typeof affix !== "string" && !Array.isArray(affix)) {
    throw new Fault(`TypeError: ${method}() takes a str or a tuple, not '${typeName(affix)}'`);
  }
  return (Array.isArray(affix) ? affix : [affix]).some((item) => {
    const candidate = textArgument(method, item);
    budget.work(candidate.length + 1);
    return method === "startswith" ? text.startsWith(candidate) : text.endsWith(candidate);
  });
}

function words(text: string, budget: Budget): string[] {
  const found: string[] = [];
  let word = "";
  for (const character of charactersOf(text, budget)) {
    if (!SPACES.includes(character)) word += character;
    else if (word !== "") {
      found.push(word);
      word = "";
    }
  }
  return word === "" ? found : [...found, word];
}

function parts(text: string, separator: string, budget: Budget): string[] {
  if (separator === "") throw new Fault("ValueError: empty separator");
  budget.search(text, separator);
  return text.split(separator);
}

function joinedLength(texts: readonly string[], separator: string): number {
  const gaps = Math.max(0, texts.length - 1) * separator.length;
  return texts.reduce((length, text) => length + text.length, gaps);
}
