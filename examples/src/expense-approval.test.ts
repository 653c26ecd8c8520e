import { WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import { type ExpenseData, ProcessResult, SubmitRequest } from "./expense-approval.ts";

const contextOf = (data: Partial<ExpenseData>) => new WorkflowContext<ExpenseData>({ data });

test.each([
  { amount: 250, vp: false },
  { amount: 5_000, vp: false },
  { amount: 5_000.01, vp: true },
])("given an amount of $amount, when submitted, then a VP is asked: $vp", ({ amount, vp }) => {
  const context = contextOf({ amount });
  new SubmitRequest().execute(context);
  expect(context.changes).toMatchObject({ submitted: true, requires_vp_approval: vp });
});

test.each([
  { given: "no amount", data: {} },
  { given: "zero", data: { amount: 0 } },
  { given: "a negative amount", data: { amount: -1 } },
  // Input comes from outside: nothing keeps a caller from sending a text.
  { given: "a text", data: { amount: "250" as unknown as number } },
])("given $given, when submitted, then the amount is refused", ({ data }) => {
  expect(() => new SubmitRequest().execute(contextOf(data))).toThrow("Amount must be positive");
});

test("given an approval, when processed, then the status is approved", () => {
  const context = contextOf({ approved: true, comments: "Fine" });
  new ProcessResult().execute(context);
  expect(context.changes).toMatchObject({ status: "approved" });
  expect(context.changes).not.toHaveProperty("rejection_reason");
});

test.each([
  { comments: "Too much", reason: "Too much" },
  { comments: "", reason: "No reason provided" },
])("given a rejection with '$comments', when processed, then it says why", (sample) => {
  const context = contextOf({ approved: false, comments: sample.comments });
  new ProcessResult().execute(context);
  expect(context.changes).toEqual({ status: "rejected", rejection_reason: sample.reason });
});
