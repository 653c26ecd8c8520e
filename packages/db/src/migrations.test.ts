import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import journal from "../migrations/meta/_journal.json" with { type: "json" };
import { CONTRACT } from "./queries/schema-version.ts";
import { expansionProblems } from "./testing/expands-only.ts";

const FOLDER = path.resolve(import.meta.dirname, "../migrations");

/** Those before the first release: nothing ran while they did. */
const BASELINE = 3;

describe("migrations", () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".sql"));

  test("are all in the journal, in their order", () => {
    expect(files.toSorted()).toEqual(journal.entries.map(({ tag }) => `${tag}.sql`));
    const moments = journal.entries.map(({ when }) => when);
    expect(moments).toEqual(moments.toSorted((left, right) => left - right));
  });

  test("only expand, unless they are named for what they take away", () => {
    const expanding = files
      .toSorted()
      .slice(BASELINE)
      .filter((file) => !file.includes(CONTRACT));
    const problems = expanding.flatMap((file) =>
      expansionProblems(readFileSync(path.join(FOLDER, file), "utf8")).map(
        (problem) => `${file}: ${problem}`,
      ),
    );
    expect(problems).toEqual([]);
  });
});

describe("what only expands", () => {
  test.each([
    `ALTER TABLE "a" ADD COLUMN "b" integer;`,
    `ALTER TABLE "a" ADD COLUMN "b" integer DEFAULT 0 NOT NULL;`,
    `ALTER TABLE "a" ADD COLUMN "b" boolean GENERATED ALWAYS AS (c is not null) STORED NOT NULL;`,
    `CREATE TABLE "a" ("id" uuid PRIMARY KEY NOT NULL, CONSTRAINT "x" CHECK (id is not null));
     ALTER TABLE "a" ADD CONSTRAINT "y" FOREIGN KEY ("id") REFERENCES "b"("id");
     CREATE INDEX "i" ON "a" USING btree ("id");`,
    `CREATE INDEX IF NOT EXISTS "i" ON "a" USING btree ("b");`,
    `ALTER TABLE "a" DROP CONSTRAINT "kind";
     ALTER TABLE "a" ADD CONSTRAINT "kind" CHECK (kind in ('x', 'y', 'new'));`,
    `-- drop table "a"
     UPDATE "a" SET "b" = 1;`,
  ])("%s", (migration) => {
    expect(expansionProblems(migration)).toEqual([]);
  });
});

describe("what does more", () => {
  test.each([
    `DROP TABLE "a";`,
    `ALTER TABLE "a" DROP COLUMN "b";`,
    `DROP INDEX "i";`,
    `ALTER TABLE "a" RENAME COLUMN "b" TO "c";`,
    `ALTER TABLE "a" ALTER COLUMN "b" SET DATA TYPE bigint;`,
    `ALTER TABLE "a" ALTER COLUMN "b" TYPE bigint;`,
    `ALTER TABLE "a" ALTER COLUMN "b" SET NOT NULL;`,
    `ALTER TABLE "a" ADD COLUMN "b" integer NOT NULL;`,
    `ALTER TABLE "a" ADD CONSTRAINT "x" CHECK (b > 0);`,
    `ALTER TABLE "a" DROP CONSTRAINT "x";`,
    `CREATE UNIQUE INDEX "i" ON "a" USING btree ("b");`,
    `TRUNCATE "a";`,
  ])("%s", (migration) => {
    expect(expansionProblems(migration)).toHaveLength(1);
  });
});
