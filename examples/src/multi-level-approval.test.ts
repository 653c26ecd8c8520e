import { runStep, WorkflowContext, WorkflowDefinition } from "@drover/engine";
import { stillPorts } from "@drover/engine/testing";
import { expect, test } from "vitest";
import {
  ApprovalRouter,
  multiLevelApproval,
  type MultiLevelApprovalData,
} from "./multi-level-approval.ts";

const next = (data: Partial<MultiLevelApprovalData>) =>
  new ApprovalRouter().evaluate(new WorkflowContext<MultiLevelApprovalData>({ data }));

test.each([
  { amount: 1_000, level: 0, step: "auto_approve" },
  { amount: 1_000.01, level: 0, step: "team_lead_approval" },
  { amount: 5_000, level: 1, step: "process_approved" },
  { amount: 25_000, level: 1, step: "manager_approval" },
  { amount: 100_000, level: 2, step: "director_approval" },
  { amount: 100_001, level: 3, step: "vp_approval" },
  { amount: 100_001, level: 4, step: "process_approved" },
])("given $amount and $level approvals, then $step", ({ amount, level, step }) => {
  expect(next({ amount, approval_level: level })).toBe(step);
});

test("given a team lead who escalates, then the manager is asked for a small amount, too", () => {
  expect(next({ amount: 2_000, approval_level: 1, escalate: true })).toBe("manager_approval");
  expect(next({ amount: 2_000, approval_level: 2, escalate: true })).toBe("process_approved");
});

test("given the documents' steps, where nobody is director, when one is needed, then it fails in words [scenario 56]", async () => {
  const { name, version, edges, initialStep, steps } = multiLevelApproval;
  const known = new Set([...steps.keys()].filter((step) => !/director|vp/.test(step)));
  const documented = new WorkflowDefinition<MultiLevelApprovalData>({
    name,
    version,
    initialStep,
    steps: [...steps.values()].filter((step) => known.has(step.name)),
    edges: edges.filter((edge) =>
      [edge.getSourceName(), edge.getTargetName()].every((end) => known.has(end)),
    ),
  });
  expect(documented.validate()).toEqual([]);
  const outcome = await runStep({
    definition: documented,
    stepName: "router",
    context: new WorkflowContext({ data: { amount: 50_000, approval_level: 2 } }),
    resumption: null,
    startChild: () => Promise.reject(new Error("no workflow is started here")),
    failedTries: 0,
    compensation: false,
    ...stillPorts(),
  });
  expect(outcome).toMatchObject({
    type: "failed",
    handled: false,
    error: { message: expect.stringContaining("'director_approval' not found in definition") },
  });
});
