import { expect, test } from "vitest";
import { Ledger } from "../run/ledger.ts";
import { progressLine } from "./progress.ts";

test("given a load under way, then one line tells of all that counts", () => {
  const ledger = new Ledger();
  ledger.sent.push({ intended: 0, sent: 1, answered: 12, id: "a" });
  ledger.error("start", "503 OVERLOADED", "busy");
  const counts = { total: 1_300, completed: 1_200, failed: 1, canceled: 0, waiting: 40 };
  expect(progressLine({ scheduled: 12_000, ledger, counts }, 61_400)).toBe(
    "1 min 1 s  sent 1/12,000  completed 1,200  failed 1  in flight 99  p95 of starts 12 ms  errors 1",
  );
});
