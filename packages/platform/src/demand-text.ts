import { ArgumentInvalidError, NotJsonError, toJson } from "@drover/engine";

/** Characters of names of workflows, steps, signals and people, the width of their columns. */
export const LONGEST_NAME = 255;

/** Characters of a version. */
export const LONGEST_VERSION = 50;

/** Characters of why an instance is canceled. */
export const LONGEST_REASON = 1_000;

/** Characters of what people say beside an answer. */
export const LONGEST_COMMENT = 10_000;

/**
 * Sees to it that a text can be kept.
 * @param field what it is, for the error
 * @param text undefined where nothing was given
 * @throws ArgumentInvalidError
 */
export function demandText(field: string, text: string | undefined, longest = LONGEST_NAME): void {
  if (text === undefined) return;
  // Programs in JavaScript give what they like.
  const given: unknown = text;
  if (typeof given !== "string") throw new ArgumentInvalidError(field, "must be text");
  if (text.length === 0) throw new ArgumentInvalidError(field, "must not be empty");
  if (text.length > longest) {
    throw new ArgumentInvalidError(field, `must be at most ${longest} characters long`);
  }
  if (!isStorable(text)) {
    throw new ArgumentInvalidError(field, "contains characters that cannot be stored");
  }
}

/** As `demandText`, of several fields. @throws ArgumentInvalidError naming the first that is wrong */
export function demandNames(fields: Readonly<Record<string, string | undefined>>): void {
  for (const [field, text] of Object.entries(fields)) demandText(field, text);
}

/** Whether Postgres can hold a text: no null character, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  try {
    toJson(text, "text");
    return true;
  } catch (error) {
    if (error instanceof NotJsonError) return false;
    throw error;
  }
}
