import { expect, test } from "vitest";
import { linearRegExp } from "./linear-reg-exp.ts";

const TEXTS = [
  "",
  "a",
  "ab",
  "a b",
  "\n",
  "\r",
  "\u2028",
  "\u00a0",
  "\ufeff",
  "é",
  "😀",
  "a\n",
].concat("]", "[", "^", "[]", ".", "\\", "s", "S", "k", "-", "٣", "α", "(", "(?s:", "\u0000");

test.each([
  "^\\s$",
  "^\\S$",
  "^\\S+$",
  "^[\\s]$",
  "^[^\\s]$",
  "^[\\S]$",
  "^[^\\S]$",
  "^[\\sa-z.-]+$",
  "^.$",
  "^[.]$",
  "^\\.$",
  "^\\\\$",
  "^[[]$",
  "^[[a]$",
  "^[\\]a]$",
  "^\\[\\]$",
  "[]",
  "^[^]$",
  "^[^a[^]$",
  "^[(?s:]+$",
  "a$",
  "b",
  "^\\w$",
  "^\\d$",
  "^\\p{L}$",
  "^\\u{1F600}$",
  "^\\u00e9$",
])("the pattern %s means what it means in JavaScript", (pattern) => {
  const native = new RegExp(pattern, "u");
  const linear = linearRegExp(pattern);
  const matched = TEXTS.filter((text) => linear.test(text));
  expect(matched).toEqual(TEXTS.filter((text) => native.test(text)));
});

test.each(["(?<n>a)\\k<n>", "(a)\\1", "(?=a)", "(?<=a)b", "(?s:.)", "(?P<n>a)", "\\Aa", "("])(
  "the pattern %s is refused",
  (pattern) => {
    expect(() => linearRegExp(pattern)).toThrow();
  },
);
