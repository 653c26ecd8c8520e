import {
  HumanStep,
  type JsonObject,
  MachineStep,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";

/** What an instance of the quickstart knows; all of it arrives with time. */
export interface ExpenseData {
  requester_id: string;
  amount: number;
  description: string;
  submitted: boolean;
  submitted_at: string;
  requires_vp_approval: boolean;
  approved: boolean;
  comments: string;
  status: "approved" | "rejected";
  processed_at: string;
  rejection_reason: string;
}

/** Expenses above this are for a vice president's eyes as well. */
const VP_APPROVAL_ABOVE = 5_000;

export class SubmitRequest extends MachineStep<ExpenseData> {
  override readonly name = "submit_request";
  override readonly description = "Validate and record the expense submission";

  override execute(context: WorkflowContext<ExpenseData>): void {
    // The input is a stranger's: that it is typed here does not make it a number.
    const amount: unknown = context.get("amount", 0);
    if (typeof amount !== "number" || amount <= 0) throw new Error("Amount must be positive");
    context.set("submitted", true);
    context.set("submitted_at", new Date().toISOString());
    context.set("requires_vp_approval", amount > VP_APPROVAL_ABOVE);
  }
}

class ManagerApproval extends HumanStep<ExpenseData> {
  override readonly name = "manager_approval";
  override readonly title = "Approve Expense Request";
  override readonly description = "Review and approve or reject this expense request";
  override readonly formSchema: JsonObject = {
    type: "object",
    properties: {
      approved: { type: "boolean", title: "Approve this request?", default: false },
      comments: {
        type: "string",
        title: "Comments",
        description: "Optional comments for the requester",
      },
    },
    required: ["approved"],
  };
}

export class ProcessResult extends MachineStep<ExpenseData> {
  override readonly name = "process_result";
  override readonly description = "Handle the final outcome";

  override execute(context: WorkflowContext<ExpenseData>): void {
    if (context.get("approved") === true) {
      context.set("status", "approved");
      context.set("processed_at", new Date().toISOString());
      return;
    }
    context.set("status", "rejected");
    // An empty text is no reason either, so `||` and not the default of `get`.
    context.set("rejection_reason", context.get("comments") || "No reason provided");
  }
}

/** The quickstart: a machine step, a person's decision, a machine step. */
export const expenseApproval = new WorkflowDefinition<ExpenseData>({
  name: "expense_approval",
  version: "1.0.0",
  description: "Expense request approval workflow",
  steps: [new SubmitRequest(), new ManagerApproval(), new ProcessResult()],
  edges: [
    { source: SubmitRequest, target: ManagerApproval },
    { source: ManagerApproval, target: ProcessResult },
  ],
  initialStep: "submit_request",
  terminalSteps: ["process_result"],
});
