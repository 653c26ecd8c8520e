import {
  HumanStep,
  isJsonObject,
  MachineStep,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";

export interface ExpenseWithFinanceData {
  requester: string;
  amount: number;
  description: string;
  submitted_at: string;
  approved: boolean;
  comments: string;
  budget_code: string;
  finance_approved: boolean;
  status: "pending_approval" | "approved" | "rejected";
  approved_at: string;
  rejected_at: string;
}

type ExpenseContext = WorkflowContext<ExpenseWithFinanceData>;

const submit = new MachineStep<ExpenseWithFinanceData>({
  name: "submit",
  description: "Record the initial request",
  execute: (context) => {
    context.set("submitted_at", new Date().toISOString());
    context.set("status", "pending_approval");
  },
});

/** What is asked of an approver belongs into the task: they see nothing else. */
function expenseText(context: ExpenseContext): string {
  return [
    "**Expense Request**",
    `- Requester: ${context.get("requester", "Unknown")}`,
    `- Amount: $${context.get("amount", 0).toFixed(2)}`,
    `- Description: ${context.get("description", "")}`,
  ].join("\n");
}

const managerApproval = new HumanStep<ExpenseWithFinanceData>({
  name: "manager_approval",
  title: "Manager Approval",
  description: "Review and approve this expense request",
  getDescription: expenseText,
  getDueDate: () => ({ hours: 24 }),
  getReminderDate: () => ({ hours: 12 }),
  formSchema: {
    type: "object",
    properties: {
      approved: { type: "boolean", title: "Approve?" },
      comments: { type: "string", title: "Comments" },
    },
    required: ["approved"],
  },
});

const financeApproval = new HumanStep<ExpenseWithFinanceData>({
  name: "finance_approval",
  title: "Finance Approval",
  description: "Finance review for high-value requests",
  getDescription: expenseText,
  getAssigneeGroup: () => "finance-approvers",
  formSchema: {
    type: "object",
    properties: {
      approved: { type: "boolean", title: "Approve?" },
      budget_code: { type: "string", title: "Budget Code" },
      comments: { type: "string", title: "Comments" },
    },
    required: ["approved", "budget_code"],
  },
  // Both forms have a field `approved`; this one's is kept beside the manager's.
  execute: (context) => {
    context.set("finance_approved", context.get("approved") === true);
    return context.submission;
  },
});

const processResult = new MachineStep<ExpenseWithFinanceData>({
  name: "process",
  description: "Process the final decision",
  execute: (context) => {
    const manager = context.result("manager_approval");
    const managerApproved = isJsonObject(manager) && manager["approved"] === true;
    // Who was not asked has not said no.
    const financeApproved = context.get("finance_approved", true);
    if (managerApproved && financeApproved) {
      context.set("status", "approved");
      context.set("approved_at", new Date().toISOString());
    } else {
      context.set("status", "rejected");
      context.set("rejected_at", new Date().toISOString());
    }
  },
});

/** A manager, and from 1,000 on finance as well, chosen by conditions on edges alone. */
export const expenseWithFinance = new WorkflowDefinition<ExpenseWithFinanceData>({
  name: "expense_approval_with_finance",
  version: "1.0.0",
  description: "Expense approval that asks finance from 1,000 on",
  steps: [submit, managerApproval, financeApproval, processResult],
  edges: [
    { source: submit, target: managerApproval },
    {
      source: managerApproval,
      target: processResult,
      condition: "context.get('amount', 0) < 1000 or not context.get('approved')",
    },
    {
      source: managerApproval,
      target: financeApproval,
      condition: "context.get('amount', 0) >= 1000 and context.get('approved')",
    },
    { source: financeApproval, target: processResult },
  ],
  initialStep: "submit",
  terminalSteps: ["process"],
  onNoMatch: "fail",
});
