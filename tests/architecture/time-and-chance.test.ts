import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** What runs in the simulator as it is: time and chance come from the ports that it is given. */
const SIMULATED = [
  "apps/worker/src/**/*.ts",
  "packages/db/src/store/*.ts",
  "packages/distributed/src/acting/*.ts",
];

/** These make the ports, or measure for people alone. */
const APART = [/\.test\.ts$/, /\/testing\//, /\/main\.ts$/];

const CLOCKS =
  /\bnew Date\(\)|\bDate\.now\b|\bperformance\.|\bset(Timeout|Interval|Immediate)\b|node:timers|\bMath\.random\b|\brandomUUID\b/;

const sources = SIMULATED.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).filter(
  (file) => !APART.some((apart) => apart.test(file)),
);

describe("what the simulator runs", () => {
  test("is there", () => {
    expect(sources.length).toBeGreaterThan(30);
  });

  test.each(sources)("%s asks its ports for time and chance", (file) => {
    const text = readFileSync(path.join(ROOT, file), "utf8");
    expect(text.split("\n").filter((line) => CLOCKS.test(line))).toEqual([]);
  });
});
