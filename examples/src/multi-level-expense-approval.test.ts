import {
  type JsonValue,
  runStep,
  type StepRecord,
  toJsonObject,
  WorkflowContext,
} from "@drover/engine";
import { stillPorts } from "@drover/engine/testing";
import { expect, test } from "vitest";
import { multiLevelExpenseApproval } from "./multi-level-expense-approval.ts";
import type { MultiLevelExpenseData } from "./multi-level-expense/data.ts";
import { RecordApproval, SubmitExpense } from "./multi-level-expense/machine-steps.ts";
import { ManagerApproval } from "./multi-level-expense/people.ts";

type Data = Partial<MultiLevelExpenseData>;

const contextOf = (data: Data, stepHistory: StepRecord[] = []) =>
  new WorkflowContext<MultiLevelExpenseData>({ data, stepHistory });

const ended = (stepName: string, result: JsonValue): StepRecord => ({
  id: stepName,
  stepName,
  status: "succeeded",
  result,
  error: null,
  startedAt: null,
  completedAt: null,
});

/** Where the flow goes from a step whose wait, if it has one, is over. */
async function wayFrom(stepName: string, data: Data): Promise<string[]> {
  const outcome = await runStep({
    definition: multiLevelExpenseApproval,
    stepName,
    context: new WorkflowContext({ data: toJsonObject(data, "data"), currentStep: stepName }),
    resumption: { kind: "timer" },
    startChild: () => Promise.reject(new Error("no workflow is started here")),
    failedTries: 0,
    compensation: false,
    ...stillPorts(),
  });
  if (outcome.type !== "succeeded") throw new Error(`the step ${outcome.type}`);
  return outcome.edges.map((edge) => multiLevelExpenseApproval.structure.edges[edge]?.target ?? "");
}

test.each([
  { amount: 999.99, levels: 0 },
  { amount: 1_000, levels: 1 },
  { amount: 4_999, levels: 1 },
  { amount: 5_000, levels: 2 },
  { amount: 10_000, levels: 3 },
])("given $amount, when submitted, then $levels levels have to agree", ({ amount, levels }) => {
  const context = contextOf({ requester: "alice@example.com", amount });
  new SubmitExpense().execute(context);
  expect(context.changes).toEqual({
    required_approvals: levels,
    approval_chain: [],
    approvals: [],
  });
});

test.each([
  { data: { amount: 500 }, reason: "Requester is required" },
  { data: { requester: "", amount: 500 }, reason: "Requester is required" },
  { data: { requester: "alice@example.com" }, reason: "Amount must be positive" },
  { data: { requester: "alice@example.com", amount: 0 }, reason: "Amount must be positive" },
])("given $data, when submitted, then it fails: $reason", ({ data, reason }) => {
  expect(() => new SubmitExpense().execute(contextOf(data))).toThrow(reason);
});

const routes: { amount: number; chain: Data["approval_chain"]; next: string }[] = [
  { amount: 500, chain: [], next: "auto_approve" },
  { amount: 2_500, chain: [], next: "manager_approval" },
  { amount: 2_500, chain: ["manager"], next: "process_approved" },
  { amount: 6_000, chain: ["manager"], next: "finance_approval" },
  { amount: 6_000, chain: ["manager", "finance"], next: "process_approved" },
  { amount: 12_000, chain: ["manager", "finance"], next: "cfo_approval" },
  { amount: 12_000, chain: ["manager", "finance", "cfo"], next: "process_approved" },
];
test.each(routes)(
  "given $amount after $chain, when routed, then only $next follows",
  async ({ amount, chain = [], next }) => {
    const required_approvals = [1_000, 5_000, 10_000].filter((least) => amount >= least).length;
    const approvals = chain.map((level) => ({ level, comments: null }));
    const data = { amount, required_approvals, approval_chain: chain, approvals };
    expect(await wayFrom("amount_router", data)).toEqual([next]);
  },
);

test.each([
  { step: "manager_approval", decision: "approve", next: "record_approval" },
  { step: "manager_approval", decision: "reject", next: "process_rejected" },
  { step: "manager_approval", decision: "request_info", next: "provide_information" },
  { step: "finance_approval", decision: "approve", next: "record_approval" },
  { step: "finance_approval", decision: "reject", next: "process_rejected" },
  { step: "cfo_approval", decision: "approve", next: "record_approval" },
  { step: "cfo_approval", decision: "reject", next: "process_rejected" },
  { step: "cfo_approval", decision: "defer", next: "process_deferred" },
])("given $decision at $step, then $next follows", async ({ step, decision, next }) => {
  expect(await wayFrom(step, { decision })).toEqual([next]);
});

test("given an approval, when recorded, then the level is that of the step before", () => {
  const context = contextOf({ approval_chain: ["manager"], comments: "the manager's" }, [
    ended("manager_approval", { decision: "approve", comments: "the manager's" }),
    ended("record_approval", null),
    ended("amount_router", null),
    ended("finance_approval", { decision: "approve" }),
  ]);
  new RecordApproval().execute(context);
  expect(context.get("approval_chain")).toEqual(["manager", "finance"]);
  expect(context.get("approvals")).toEqual([{ level: "finance", comments: null }]);
});

test("given no decision, when recorded, then it fails with the reason", () => {
  expect(() => new RecordApproval().execute(contextOf({}))).toThrow("Nobody has decided yet");
});

test("given a requester, when the manager is asked, then it is the requester's own", () => {
  const context = contextOf({ requester: "alice@example.com" });
  expect(new ManagerApproval().getAssignee(context)).toBe("manager-of-alice@example.com");
});
