import type { Coverage, RanTest, ScenarioState } from "./coverage.ts";

const HEAD = `# Conformance

What the documents of litestar-workflows lead one to expect, scenario by scenario, and the tests
that show it. A run of all tests (\`npm test\`) writes this page; changes by hand are lost. A test
names its scenarios at the end of its title: \`[scenario 44]\`, \`[scenarios 13, 63]\`.`;

const MARKS = `Marks: **U** as in the original's own tests; **B** the same situation, more is expected; **N** has no
place in Drover; **G** promised by the original, without a test there.`;

const STATES: readonly ScenarioState[] = ["covered", "open", "failing", "not transferable"];

/** The page as oxfmt would write it: the same coverage gives the same text. */
export function conformanceDocument(coverage: readonly Coverage[]): string {
  const areas = Map.groupBy(coverage, ({ scenario }) => scenario.area);
  const sections = [...areas].flatMap(([area, scenarios]) => [
    `## ${area}`,
    ...scenarios.map(scenarioSection),
  ]);
  return `${[HEAD, counts(coverage), MARKS, ...sections].join("\n\n")}\n`;
}

function counts(coverage: readonly Coverage[]): string {
  const rows = STATES.map((state) => {
    const found = coverage.filter((each) => each.state === state);
    return [state, String(found.length), found.map(({ scenario }) => scenario.id).join(", ")];
  });
  const all = ["all", String(coverage.length), ""];
  // The numbers of what is covered would say nothing that a reader looks for.
  return table([
    ["state", "scenarios", "which"],
    ...rows.map((row) => (row[0] === "covered" ? [...row.slice(0, 2), ""] : row)),
    all,
  ]);
}

/** A Markdown table as oxfmt would write it. */
export function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function scenarioSection({ scenario, state, tests }: Coverage): string {
  const { id, mark, expectation, reason } = scenario;
  const heading = `### ${id} (${mark}): ${state}`;
  const parts = [heading, reason === null ? expectation : `${expectation} ${reason}`];
  const files = Map.groupBy(tests, ({ file }) => file);
  if (files.size > 0) parts.push([...files].map(fileEntry).join("\n"));
  return parts.join("\n\n");
}

function fileEntry([file, tests]: readonly [string, readonly RanTest[]]): string {
  const lines = tests.map(
    ({ title, outcome }) => `  - ${outcome === "failed" ? "failed: " : ""}${asCode(title)}`,
  );
  return [`- ${file}`, ...lines].join("\n");
}

/** Titles hold any characters; inside of code none of them means anything. */
function asCode(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}
