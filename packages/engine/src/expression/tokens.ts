/** Longest first, so that `**` is not read as `*` twice. */
export const OPERATORS = [
  "**",
  "//",
  "==",
  "!=",
  "<=",
  ">=",
  "<",
  ">",
  "+",
  "-",
  "*",
  "/",
  "%",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ",",
  ":",
  ".",
] as const;

export const KEYWORDS = [
  "and",
  "or",
  "not",
  "in",
  "is",
  "if",
  "else",
  "for",
  "True",
  "False",
  "None",
  "true",
  "false",
  "null",
] as const;

export type Mark = (typeof OPERATORS)[number] | (typeof KEYWORDS)[number];

export type Token =
  | { readonly kind: "number"; readonly value: number; readonly position: number }
  | { readonly kind: "text"; readonly value: string; readonly position: number }
  | { readonly kind: "name"; readonly name: string; readonly position: number }
  | { readonly kind: "mark"; readonly mark: Mark; readonly position: number }
  | { readonly kind: "end"; readonly position: number };

/** The token as messages call it. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case "number":
      return `number ${token.value}`;
    case "text":
      return "a text";
    case "name":
      return `'${token.name}'`;
    case "mark":
      return `'${token.mark}'`;
    case "end":
      return "the end";
    default:
      return token satisfies never;
  }
}
