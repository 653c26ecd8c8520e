import { describe, expect, test } from "vitest";
import { coverageOf, type RanTest, scenarioIds, unknownScenarios } from "./coverage.ts";
import { conformanceDocument } from "./document.ts";
import { type Scenario, SCENARIOS } from "./scenarios.ts";

const tagged = (title: string, ids: string) => `${title} [scenarios ${ids}]`;

const aScenario = (id: string, overrides: Partial<Scenario> = {}): Scenario => ({
  id,
  area: "Area",
  mark: "U",
  expectation: `Expectation ${id}.`,
  reason: null,
  ...overrides,
});
const aTest = (title: string, overrides: Partial<RanTest> = {}): RanTest => ({
  file: "b.test.ts",
  title,
  outcome: "passed",
  ...overrides,
});

describe("the table", () => {
  test("given 1 to 100 and G1 to G18, then each is there once, with a sentence", () => {
    const numbers = Array.from({ length: 100 }, (_, index) => String(index + 1));
    const untested = Array.from({ length: 18 }, (_, index) => `G${index + 1}`);
    expect(SCENARIOS.map(({ id }) => id)).toEqual([...numbers, ...untested]);
    for (const { expectation, mark, reason } of SCENARIOS) {
      expect(expectation).toMatch(/^[A-Z].*\.$/);
      expect(reason === null).toBe(mark !== "N");
    }
  });
});

describe("tags", () => {
  test.each([
    ["a title", []],
    [tagged("a title", "44"), ["44"]],
    [tagged("a title", "13, G2,63"), ["13", "G2", "63"]],
    [tagged("a title", "44").replace("scenarios", "scenario"), ["44"]],
    [tagged("a title", ""), [""]],
  ])("given title %#, then its scenarios are found", (title, ids) => {
    expect(scenarioIds(title)).toEqual(ids);
  });

  test("given a number that is none, then file, number and title are named", () => {
    const title = tagged("a title", "1, 999");
    expect(unknownScenarios([aTest(title)], [aScenario("1")])).toEqual([
      `b.test.ts: there is no scenario '999' for the test '${title}'`,
    ]);
  });
});

describe("states", () => {
  const cases: [string, RanTest["outcome"][], Partial<Scenario>, string][] = [
    ["no test", [], {}, "open"],
    ["a test that passes", ["passed"], {}, "covered"],
    ["one of two that fails", ["passed", "failed"], {}, "failing"],
    ["a test that was skipped", ["skipped"], {}, "open"],
    ["a reason", ["passed"], { mark: "N", reason: "no place" }, "not transferable"],
  ];
  test.each(cases)("given %s", (_, outcomes, overrides, state) => {
    const tests = outcomes.map((outcome) => aTest(tagged("t", "1"), { outcome }));
    expect(coverageOf([aScenario("1", overrides)], tests)).toMatchObject([{ state }]);
  });
});

describe("the document", () => {
  const scenarios = [
    aScenario("1"),
    aScenario("2", { area: "Other" }),
    aScenario("3", { area: "Other", mark: "N", reason: "Nobody needs it." }),
  ];
  const tests = [
    aTest(tagged("z", "1"), { outcome: "failed" }),
    aTest(tagged("with `code`\n", "1, 2")),
    aTest(tagged("first", "1"), { file: "a.test.ts" }),
  ];

  test("given coverage, then areas, states, files and titles are in it, sorted", () => {
    const text = conformanceDocument(coverageOf(scenarios, tests));
    const [, , counts, , ...sections] = text.split("\n\n");
    expect(counts).toBe(
      [
        "| state            | scenarios | which |",
        "| ---------------- | --------- | ----- |",
        "| covered          | 1         |       |",
        "| open             | 0         |       |",
        "| failing          | 1         | 1     |",
        "| not transferable | 1         | 3     |",
        "| all              | 3         |       |",
      ].join("\n"),
    );
    expect(sections).toEqual([
      "## Area",
      "### 1 (U): failing",
      "Expectation 1.",
      "- a.test.ts\n  - `first`\n- b.test.ts\n  - `` with `code` ``\n  - failed: `z`",
      "## Other",
      "### 2 (U): covered",
      "Expectation 2.",
      "- b.test.ts\n  - `` with `code` ``",
      "### 3 (N): not transferable",
      "Expectation 3. Nobody needs it.\n",
    ]);
  });

  test("given the same tests in another order, then it is the same", () => {
    expect(conformanceDocument(coverageOf(scenarios, tests.toReversed()))).toBe(
      conformanceDocument(coverageOf(scenarios, tests)),
    );
  });
});
