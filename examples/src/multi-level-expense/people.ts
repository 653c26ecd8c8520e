import { HumanStep, type JsonObject } from "@drover/engine";
import type { ExpenseContext, MultiLevelExpenseData } from "./data.ts";

const COMMENTS: JsonObject = { type: "string", title: "Comments", maxLength: 1_000 };

export class ManagerApproval extends HumanStep<MultiLevelExpenseData> {
  override readonly name = "manager_approval";
  override readonly title = "Manager approval";
  override readonly formSchema: JsonObject = {
    type: "object",
    properties: {
      decision: {
        type: "string",
        title: "Decision",
        enum: ["approve", "reject", "request_info"],
        enumNames: ["Approve", "Reject", "Ask the requester"],
      },
      comments: COMMENTS,
      cost_center: { type: "string", title: "Cost center", pattern: "^[A-Z]{2}-[0-9]{4}$" },
    },
    required: ["decision"],
    // Who is turned down or asked has to learn why, or what.
    if: { properties: { decision: { const: "approve" } } },
    else: { required: ["comments"], properties: { comments: { minLength: 1 } } },
  };

  override getAssignee(context: ExpenseContext): string {
    return `manager-of-${context.get("requester", "")}`;
  }
}

export const provideInformation = new HumanStep<MultiLevelExpenseData>({
  name: "provide_information",
  title: "Your manager has a question",
  assigneeKey: "requester",
  getDescription: (context) => context.get("comments", ""),
  formSchema: {
    type: "object",
    properties: { information: { type: "string", title: "Your answer", minLength: 1 } },
    required: ["information"],
  },
});

export const financeApproval = new HumanStep<MultiLevelExpenseData>({
  name: "finance_approval",
  title: "Finance approval",
  getAssigneeGroup: () => "finance-approvers",
  formSchema: {
    type: "object",
    properties: {
      decision: { type: "string", title: "Decision", enum: ["approve", "reject"] },
      comments: COMMENTS,
      budget_code: { type: "string", title: "Budget code", pattern: "^BUD-[0-9]{6}$" },
      fiscal_year: { type: "string", title: "Fiscal year", enum: ["2025", "2026", "2027"] },
    },
    required: ["decision", "budget_code", "fiscal_year"],
  },
});

export const cfoApproval = new HumanStep<MultiLevelExpenseData>({
  name: "cfo_approval",
  title: "CFO approval",
  getAssignee: () => "cfo@company.com",
  formSchema: {
    type: "object",
    properties: {
      decision: { type: "string", title: "Decision", enum: ["approve", "reject", "defer"] },
      comments: COMMENTS,
    },
    required: ["decision"],
  },
});
