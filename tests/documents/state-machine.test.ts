import { readFileSync } from "node:fs";
import path from "node:path";
import { parseMermaid } from "@drover/engine/testing/mermaid";
import { expect, test } from "vitest";
import { invariantsIn } from "./invariants.ts";
import { currentPage, STATE_MACHINE_PAGE } from "./page.ts";

test("docs/state-machine.md says what the code says", () => {
  const page = readFileSync(STATE_MACHINE_PAGE, "utf8");
  expect(page === currentPage(), "out of date: run npm run docs").toBe(true);
});

test("Mermaid can draw its diagrams", async () => {
  const diagrams = [...currentPage().matchAll(/```mermaid\n([\s\S]*?)```/g)];
  expect(diagrams).toHaveLength(2);
  for (const [, text = ""] of diagrams) expect(await parseMermaid(text)).toBe("stateDiagram");
});

test("every invariant of the core is found, whole and numbered without a gap", () => {
  const folder = path.resolve(import.meta.dirname, "../../packages/engine/src/transition");
  const found = invariantsIn(folder);
  const letters = Map.groupBy(found, ({ id }) => id.charAt(0));
  expect([...letters.keys()].toSorted()).toEqual(["A", "E", "G", "J", "S"]);
  for (const [letter, invariants] of letters) {
    expect(invariants.map(({ id }) => id)).toEqual(
      invariants.map((_, index) => `${letter}${index + 1}`),
    );
    for (const { text } of invariants) expect(text).toMatch(/^[A-Z`].*\.$/);
  }
});
