import { describe, expect, test } from "vitest";
import { faultPlan } from "./fault-plan.ts";

describe("faultPlan", () => {
  test("given crashes and stalls, then each has its point, its action and its pass", () => {
    expect(
      faultPlan.parse("after-claim=crash, before-commit=stall:5000,after-claim=freeze@3"),
    ).toEqual([
      { point: "after-claim", action: { kind: "crash" }, pass: 1 },
      { point: "before-commit", action: { kind: "stall", milliseconds: 5_000 }, pass: 1 },
      { point: "after-claim", action: { kind: "freeze" }, pass: 3 },
    ]);
  });

  test.each([
    "after-clam=crash",
    "after-claim",
    "after-claim=explode",
    "after-claim=crash@0",
    "after-claim=stall",
    "after-claim=stall:x",
    "after-claim=crash,",
  ])("given %s, then it is refused, and the known points are named", (given) => {
    expect(faultPlan.safeParse(given).success).toBe(false);
    expect(faultPlan.description).toContain("after-claim, before-commit, after-commit");
  });
});
