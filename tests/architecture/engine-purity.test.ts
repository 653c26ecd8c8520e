import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const ENGINE = path.resolve(import.meta.dirname, "../../packages/engine/src");

/** Lint forbids drivers; what it cannot see is said here. */
const IMPURE: readonly [what: string, pattern: RegExp][] = [
  ["a clock", /\bnew Date\(\)|\bDate\.now\b|\bperformance\b|\bsetTimeout\b|\bsetInterval\b/],
  ["randomness", /\bMath\.random\b|\bcrypto\b|\brandomUUID\b/],
  ["the environment", /\bprocess\.|\bglobalThis\.(?!AbortSignal)/],
  ["code made of text", /\beval\(|\bnew Function\b|from "(node:)?vm"/],
];

/** What the core may import beside its own files. */
const LIBRARIES = new Set(["semver"]);

const sources = globSync("**/*.ts", { cwd: ENGINE })
  .filter((file) => !file.endsWith(".test.ts") && !file.startsWith("testing"))
  .map((file) => ({ file, text: withoutComments(readFileSync(path.join(ENGINE, file), "utf8")) }));

describe("the core", () => {
  test("is there", () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  test.each(IMPURE)("has no %s", (_, pattern) => {
    const found = sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
    expect(found).toEqual([]);
  });

  test("imports its own files and the libraries named", () => {
    const imported = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/from "([^"]+)"/g)].map(([, module = ""]) => ({ file, module })),
    );
    const foreign = imported.filter(
      ({ module }) => !module.startsWith(".") && !LIBRARIES.has(module),
    );
    expect(foreign).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
