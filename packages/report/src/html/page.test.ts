import { expect, test } from "vitest";
import type { Block } from "./blocks.ts";
import { htmlPage } from "./page.ts";

const EVIL = `</script><script>alert("1")</script><!-- & 'x'`;
const EVERY_BLOCK: readonly Block[] = [
  { kind: "text", heading: EVIL, note: EVIL, paragraphs: [EVIL] },
  { kind: "table", header: [EVIL], rows: [[EVIL], [{ text: EVIL, verdict: "bad" }]] },
  {
    kind: "bars",
    bars: [
      { label: EVIL, value: 5, range: { low: 4, high: 10 }, series: EVIL },
      { label: "other", value: 0, series: "other" },
    ],
    format: (value) => `${value} ${EVIL}`,
  },
  {
    kind: "lines",
    x: { label: EVIL, values: [0, 1] },
    unit: EVIL,
    series: [{ name: EVIL, values: [1, null] }],
  },
];

const chartOf = (page: string) =>
  /<script type="application\/json">(?<json>.*?)<\/script>/s.exec(page)?.groups?.["json"] ?? "";

test("given texts of strangers in every block, then none of them becomes markup", () => {
  const page = htmlPage({ title: EVIL, subtitle: EVIL, blocks: EVERY_BLOCK });
  expect(page).not.toContain(EVIL);
  expect(page).not.toContain("<script>alert");
  // The chart's data, and the one script that draws.
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script/g)).toHaveLength(2);
});

test("given lines, then their data is read back as it was", () => {
  const page = htmlPage({ title: "t", subtitle: "", blocks: EVERY_BLOCK });
  expect(JSON.parse(chartOf(page))).toEqual({
    x: EVIL,
    unit: EVIL,
    names: [EVIL],
    data: [
      [0, 1],
      [1, null],
    ],
  });
});

test("given any page, then nothing is loaded from elsewhere", () => {
  const page = htmlPage({ title: "t", subtitle: "", blocks: EVERY_BLOCK });
  expect(page).not.toMatch(/\s(src|href)=/);
  expect(page).not.toMatch(/@import|url\(/);
  expect(page).toContain("default-src 'none'");
});

test("given no lines, then there is no script at all", () => {
  const page = htmlPage({ title: "t", subtitle: "", blocks: EVERY_BLOCK.slice(0, 3) });
  expect(page).not.toContain("<script");
});

test("given bars, then their widths and whiskers are shares of the largest", () => {
  const page = htmlPage({ title: "t", subtitle: "", blocks: EVERY_BLOCK });
  expect(page).toContain('class="bar" style="width:50%;background:var(--series-1)"');
  expect(page).toContain('class="whisker" style="left:40%;width:60%"');
  expect(page).toContain('class="bar" style="width:0%;background:var(--series-2)"');
});

test("given verdicts, then cells are coloured, and columns of figures set to the right", () => {
  const rows = [["charge", { text: "3.2 ms", verdict: "good" as const }]];
  const page = htmlPage({
    title: "t",
    subtitle: "",
    blocks: [{ kind: "table", header: ["step", "p95"], rows }],
  });
  expect(page).toContain('<td class="figure"><span class="verdict good">3.2 ms</span></td>');
  expect(page).toContain("<td>charge</td>");
});
