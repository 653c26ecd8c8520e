import { describe, expect, inject, test } from "vitest";
import postgres from "postgres";
import { overRows, rowColumns } from "./row-columns.ts";

const COLUMNS = rowColumns(2, {
  n: "int",
  yes: "boolean",
  id: "uuid",
  name: "text",
  at: "timestamptz",
  value: "jsonb",
});

/** As a statement takes them: behind a parameter of its own. */
const READ = overRows(COLUMNS, (rows) => `select $1::text as first, x.* from (${rows}) x`);

async function thereAndBack(rows: Parameters<typeof READ.over>[0]) {
  const sql = postgres(inject("databaseUrl"), { max: 1 });
  try {
    const { text, parameters } = READ.over(rows);
    return await sql.unsafe(text, ["own", ...parameters], { prepare: true });
  } finally {
    await sql.end();
  }
}

const ID = "01890000-0000-7000-8000-000000000001";
const AT = new Date("2026-01-02T03:04:05.678Z");
const row = { n: 0, yes: true, id: ID, name: "a", at: AT, value: { v: 1 } };

describe("rows as columns", () => {
  test("given values of every type and nulls, then they arrive in their order", async () => {
    const rows = [row, nothing, { ...row, n: -7, yes: false }];
    expect(await thereAndBack(rows)).toEqual(rows.map((each) => ({ first: "own", ...each })));
  });

  const nothing = { n: null, yes: null, id: null, name: null, at: null, value: null };
  test.each([row, nothing, { ...row, n: -7, yes: false }, { ...row, value: [true, "a"] }])(
    "given a single row, then it arrives without arrays: %j",
    async (single) => {
      expect(READ.over([single]).text).toBe(READ.one);
      expect(await thereAndBack([single])).toEqual([{ first: "own", ...single }]);
    },
  );

  test("given no rows, then none arrive", async () => {
    expect(await thereAndBack([])).toEqual([]);
  });

  test.each([
    "",
    "null",
    "NULL",
    `"`,
    "\\",
    `\\"`,
    "a,b",
    "{x}",
    "{",
    "}",
    " a ",
    "line\nend",
    "ü€😀",
  ])("given the text %j, then it arrives as it is, alone and within JSON", async (text) => {
    const rows = [row, { ...row, name: text, value: { [text]: [text, { v: text }] } }, row];
    expect(await thereAndBack(rows)).toMatchObject(rows);
    expect(await thereAndBack(rows.slice(1, 2))).toMatchObject(rows.slice(1, 2));
  });

  test("given an id that is two, then it is refused and moves no other row", async () => {
    const rows = [{ ...row, id: `${ID},${ID}` }, row];
    await expect(thereAndBack(rows)).rejects.toThrow("invalid input syntax for type uuid");
    await expect(thereAndBack(rows.slice(0, 1))).rejects.toThrow(
      "invalid input syntax for type uuid",
    );
  });
});
