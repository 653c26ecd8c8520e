/** What `\s` is in ECMAScript, and so in JSON Schema; RE2's own is ASCII alone. */
const SPACE =
  "\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";

/** All the rest, since RE2 knows no class without some within a class. */
const NO_SPACE =
  "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}" +
  "\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}";

/** What `.` does not match; RE2's own matches all but the line feed. */
const LINE_ENDS = "\\n\\r\\x{2028}\\x{2029}";

/** The parts of a pattern that mean something else in RE2, and what it takes to tell them. */
const TOKENS = /\\.|\[\^?\]?|\]|\.|\(\?[a-z]*s[a-z-]*:/gsu;

/**
 * A pattern of ECMAScript with RE2's words for what the two engines would read differently.
 * @throws Error when RE2 has no words for it, but would not say so
 */
export function toRe2(pattern: string): string {
  let inClass = false;
  return pattern.replaceAll(TOKENS, (token) => {
    // `[]` is nothing and `[^]` anything, whereas RE2 takes the bracket for a member.
    if (!inClass && token === "[]") return "[^\\x{0}-\\x{10ffff}]";
    if (!inClass && token === "[^]") return "[\\x{0}-\\x{10ffff}]";
    if (token.startsWith("[")) {
      // In a class, `[` is a member; a bracket after it is the end.
      const literal = inClass ? token.replace("[", "\\[") : token;
      inClass = inClass ? !token.endsWith("]") : true;
      return literal;
    }
    if (token === "]") inClass = false;
    if (token === "\\s") return inClass ? SPACE : `[${SPACE}]`;
    if (token === "\\S") return inClass ? NO_SPACE : `[${NO_SPACE}]`;
    if (token === "." && !inClass) return `[^${LINE_ENDS}]`;
    // RE2 would take it for the letter k.
    if (token === "\\k") throw new Error("back-references (\\k) are not supported");
    if (token.startsWith("(?") && !inClass) throw new Error(`'${token}' is not supported`);
    return token;
  });
}
