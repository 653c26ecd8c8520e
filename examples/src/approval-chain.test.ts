import { WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import { ApprovalChainGateway, type ApprovalChainData } from "./approval-chain.ts";

test.each([
  { amount: 1_000, count: 0, next: "process_approved" },
  { amount: 1_001, count: 0, next: "team_lead" },
  { amount: 5_001, count: 1, next: "manager" },
  { amount: 15_000, count: 2, next: "process_approved" },
  { amount: 50_001, count: 3, next: "vp" },
  { amount: 1_000_000, count: 4, next: "process_approved" },
])("given $amount and $count approvals, then $next", ({ amount, count, next }) => {
  const context = new WorkflowContext<ApprovalChainData>({
    data: { amount, approval_count: count },
  });
  expect(new ApprovalChainGateway().evaluate(context)).toBe(next);
});
