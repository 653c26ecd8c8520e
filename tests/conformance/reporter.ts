import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Reporter, TestCase, TestModule, TestRunEndReason, Vitest } from "vitest/node";
import { coverageOf, unknownScenarios, type RanTest } from "./coverage.ts";
import { conformanceDocument } from "./document.ts";
import { SCENARIOS } from "./scenarios.ts";

const DOCUMENT = "docs/conformance.md";

/**
 * Writes which scenarios the tests cover.
 *
 * Only a run of everything says anything about the whole, so only that one writes; a wrong tag
 * fails any run.
 */
export class ConformanceReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    _: unknown,
    reason: TestRunEndReason,
  ): Promise<void> {
    const vitest = this.#vitest;
    if (vitest === undefined) return;
    const tests = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ranTest(vitest, test)),
    );
    const mistakes = unknownScenarios(tests, SCENARIOS);
    if (mistakes.length > 0) {
      vitest.logger.error(mistakes.join("\n"));
      process.exitCode = 1;
      return;
    }
    if (reason === "interrupted" || !(await isWhole(vitest, modules))) return;
    const file = path.join(vitest.config.root, DOCUMENT);
    const text = conformanceDocument(coverageOf(SCENARIOS, tests));
    if (existsSync(file) && readFileSync(file, "utf8") === text) return;
    writeFileSync(file, text);
    vitest.logger.log(`${DOCUMENT} was written anew`);
  }
}

function ranTest(vitest: Vitest, test: TestCase): RanTest {
  const { state } = test.result();
  return {
    file: path.relative(vitest.config.root, test.module.moduleId).split(path.sep).join("/"),
    title: test.fullName,
    outcome: state === "pending" ? "skipped" : state,
  };
}

/**
 * Whether every test file that the configuration matches was loaded and every test in it has run:
 * a name, a line, a tag, a shard, a `.only` or a broken setup each hide some.
 */
async function isWhole(vitest: Vitest, modules: readonly TestModule[]): Promise<boolean> {
  const loaded = new Set(
    modules.filter((module) => module.errors().length === 0).map(({ moduleId }) => moduleId),
  );
  const specifications = await vitest.globTestSpecifications();
  if (!specifications.every(({ moduleId }) => loaded.has(moduleId))) return false;
  return modules.every(({ children }) =>
    [...children.allTests()].every((test) => hasRun(test.result().state)),
  );
}

function hasRun(state: ReturnType<TestCase["result"]>["state"]): boolean {
  return state === "passed" || state === "failed";
}
