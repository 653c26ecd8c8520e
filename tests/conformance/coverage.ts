import type { Scenario } from "./scenarios.ts";

/** A test as far as it concerns the scenarios. */
export interface RanTest {
  /** Path from the project's folder. */
  readonly file: string;
  /** With the names of what it stands in, and its tag. */
  readonly title: string;
  readonly outcome: "passed" | "failed" | "skipped";
}

export interface Coverage {
  readonly scenario: Scenario;
  readonly state: ScenarioState;
  /** The tests that ran, without their tags, by file and title. */
  readonly tests: readonly RanTest[];
}

export type ScenarioState = "covered" | "failing" | "open" | "not transferable";

const TAG = /\s*\[scenarios?\b([^\]]*)\]/;

/** The ids in a test's tag, `[scenario 44]` or `[scenarios 13, 63]`; none without a tag. */
export function scenarioIds(title: string): string[] {
  const [, ids] = TAG.exec(title) ?? [];
  return ids === undefined ? [] : ids.split(",").map((id) => id.trim());
}

/** A line for every tag that names no scenario; empty when all is well. */
export function unknownScenarios(
  tests: readonly RanTest[],
  scenarios: readonly Scenario[],
): string[] {
  const known = new Set(scenarios.map(({ id }) => id));
  return tests.flatMap(({ file, title }) =>
    scenarioIds(title)
      .filter((id) => !known.has(id))
      .map((id) => `${file}: there is no scenario '${id}' for the test '${title}'`),
  );
}

/** What the tests say of every scenario. A test that was skipped says nothing. */
export function coverageOf(
  scenarios: readonly Scenario[],
  tests: readonly RanTest[],
): readonly Coverage[] {
  const ran = tests.filter(({ outcome }) => outcome !== "skipped");
  return scenarios.map((scenario) => {
    const covering = ran
      .filter(({ title }) => scenarioIds(title).includes(scenario.id))
      .map((test) => ({ ...test, title: test.title.replace(TAG, "").replaceAll(/\s+/g, " ") }))
      .toSorted((a, b) => order(a.file, b.file) || order(a.title, b.title));
    return { scenario, state: stateOf(scenario, covering), tests: covering };
  });
}

function stateOf({ reason }: Scenario, tests: readonly RanTest[]): ScenarioState {
  if (reason !== null) return "not transferable";
  if (tests.some(({ outcome }) => outcome === "failed")) return "failing";
  return tests.length > 0 ? "covered" : "open";
}

/** The same on every machine, whatever its language. */
function order(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
