import { expect, test } from "vitest";
import { markdownTable, textTable } from "./tables.ts";

const HEADER = ["step", "p95", "note"];
const ROWS = [
  ["charge", "3.2 ms", "12 a | b"],
  ["notify_all", "412 ms", "none"],
  ["idle", "–", ""],
];

test("given rows, then the terminal's table is aligned, figures to the right", () => {
  expect(textTable(HEADER, ROWS)).toBe(
    [
      "step           p95  note",
      "charge      3.2 ms  12 a | b",
      "notify_all  412 ms  none",
      "idle             –",
      "",
    ].join("\n"),
  );
});

test("given the same rows, then the Markdown table keeps bars of cells as text", () => {
  expect(markdownTable(HEADER, ROWS)).toBe(
    [
      "| step | p95 | note |",
      "| --- | ---: | --- |",
      String.raw`| charge | 3.2 ms | 12 a \| b |`,
      "| notify_all | 412 ms | none |",
      "| idle | – |  |",
      "",
    ].join("\n"),
  );
});

test("given a cell that steers a terminal or breaks a line, then it is told without that", () => {
  const table = textTable(["error"], [["\u001b[2Jone\ntwo"]]);
  expect(table).toBe("error\n [2Jone two\n");
});

test("given no rows, then there is the header alone", () => {
  expect(textTable(["a", "b"], [])).toBe("a  b\n");
});
