import { expect, test } from "vitest";
import { Figures } from "../figures/figures.ts";
import { GOALS, judge } from "../figures/goals.ts";
import { FULL, QUICK } from "../sizes.ts";
import type { Account } from "./account.ts";
import { jsonReport } from "./json.ts";
import { htmlReport } from "./page.ts";
import { textReport } from "./text.ts";

function account(quick: boolean): Account {
  const figures = new Figures();
  const late = { measure: "timer", name: "paced, lateness p99", subject: "Drover", unit: "ms" };
  figures.add({ ...late, unit: "ms" }, 0, 4.2);
  figures.add({ ...late, unit: "ms" }, 1, 6.2);
  const load = { round: 0, measure: "timer", part: "Drover", loadAverage: 1.5, busy: 0.1 };
  return {
    result: { figures, loads: [load], rounds: 2, rowsChecked: 12_000 },
    reached: judge(GOALS, figures, 2),
    sizes: quick ? QUICK : FULL,
    quick,
    ground: ["2 cores", "Postgres 18"],
    took: 61.4,
  };
}

test("given a run, then its text has the figures, what it ran on, and each goal with its verdict", () => {
  const text = textReport(account(false));
  expect(text).toMatch(/timer +paced, lateness p99 +Drover +5.2 ms +4.2 ms +6.2 ms/);
  expect(text).toContain("2 rounds in 61 s; 12,000 rows looked at");
  expect(text).toContain("kept 10 % of all cores busy");
  expect(text).toMatch(
    /timer paced, lateness p99 +≤ 15 ms +≤ 5 ms +5.2 ms +4.2 ms to 6.2 ms +reaches the least/,
  );
  expect(text).toMatch(/scale, 4 workers to 1.+not measured/);
  expect(text).not.toContain("A quick run");
});

test("given a quick run, then it says plainly what is smaller", () => {
  expect(textReport(account(true))).toContain("the history has 5,000 finished instances");
});

test("given a run, then its JSON can be read back with every goal", () => {
  const read: unknown = JSON.parse(JSON.stringify(jsonReport(account(false))));
  expect(read).toMatchObject({ quick: false, rows_checked: 12_000, caveat: null });
  expect(read).toHaveProperty("goals.length", GOALS.length);
});

test("given a run, then its page has the goals in colours and a plot of each measure", () => {
  const page = htmlReport(account(false));
  expect(page).toContain('<span class="verdict fair">reaches the least</span>');
  expect(page).toContain("timer, ms");
});
