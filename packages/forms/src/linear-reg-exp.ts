import { RE2JS } from "re2js";
import { toRe2 } from "./to-re2.ts";

interface LinearRegExp {
  test(text: string): boolean;
}

/**
 * A pattern in the engine RE2, whose time grows with the length of the text and no faster,
 * whatever the pattern: a stranger's text cannot hold up the process. What RE2 has not
 * (look-arounds, back-references) it refuses.
 * @throws Error saying what is wrong with the pattern or beyond RE2
 */
export function linearRegExp(pattern: string): LinearRegExp {
  // Reading it runs nothing. What is RE2's syntax alone would mean something else elsewhere.
  void new RegExp(pattern, "u");
  const expression = RE2JS.compile(RE2JS.translateRegExp(toRe2(pattern)));
  return { test: (text) => expression.test(text) };
}
// Ajv asks for the source of this function where it writes validators to files; we never do.
linearRegExp.code = "linearRegExp";
