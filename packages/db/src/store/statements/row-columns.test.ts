import { describe, expect, inject, test } from "vitest";
import postgres from "postgres";
import { rowColumns } from "./row-columns.ts";

const COLUMNS = rowColumns(2, {
  n: "int",
  yes: "boolean",
  id: "uuid",
  name: "text",
  at: "timestamptz",
  value: "jsonb",
});

/** As a statement takes them: behind a parameter of its own. */
async function thereAndBack(rows: Parameters<typeof COLUMNS.parameters>[0]) {
  const sql = postgres(inject("databaseUrl"), { max: 1 });
  try {
    const statement = `select $1::text as first, x.* from (${COLUMNS.select}) x`;
    return await sql.unsafe(statement, ["own", ...COLUMNS.parameters(rows)], { prepare: true });
  } finally {
    await sql.end();
  }
}

const ID = "01890000-0000-7000-8000-000000000001";
const AT = new Date("2026-01-02T03:04:05.678Z");
const row = { n: 0, yes: true, id: ID, name: "a", at: AT, value: { v: 1 } };

describe("rows as columns", () => {
  test("given values of every type and nulls, then they arrive in their order", async () => {
    const nothing = { n: null, yes: null, id: null, name: null, at: null, value: null };
    const rows = [row, nothing, { ...row, n: -7, yes: false }];
    expect(await thereAndBack(rows)).toEqual(rows.map((each) => ({ first: "own", ...each })));
  });

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
  });

  test("given an id that is two, then it is refused and moves no other row", async () => {
    const rows = [{ ...row, id: `${ID},${ID}` }, row];
    await expect(thereAndBack(rows)).rejects.toThrow("invalid input syntax for type uuid");
  });
});
