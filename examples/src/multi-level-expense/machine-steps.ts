import { ExclusiveGateway, MachineStep } from "@drover/engine";
import { lastDecision, type ExpenseContext, type MultiLevelExpenseData } from "./data.ts";

/** From which amount on each level has to agree; below the first nobody has to. */
const THRESHOLDS: readonly number[] = [1_000, 5_000, 10_000];

export class SubmitExpense extends MachineStep<MultiLevelExpenseData> {
  override readonly name = "submit_expense";
  override readonly description = "Validate the expense and find out who has to agree";

  override execute(context: ExpenseContext): void {
    const amount: unknown = context.get("amount");
    if (!context.get("requester")) throw new Error("Requester is required");
    if (typeof amount !== "number" || amount <= 0) throw new Error("Amount must be positive");
    context.set("required_approvals", THRESHOLDS.filter((threshold) => amount >= threshold).length);
    context.set("approval_chain", []);
    context.set("approvals", []);
  }
}

/** Takes the first of its edges whose condition holds. */
export const amountRouter = new ExclusiveGateway<MultiLevelExpenseData>({
  name: "amount_router",
  description: "Who has to agree next?",
});

export const autoApprove = new MachineStep<MultiLevelExpenseData>({
  name: "auto_approve",
  description: "Small expenses need nobody's word",
  execute: (context) => context.set("approved_by", "system"),
});

export class RecordApproval extends MachineStep<MultiLevelExpenseData> {
  override readonly name = "record_approval";
  override readonly description = "Add the approval to the chain";

  override execute(context: ExpenseContext): void {
    const approval = lastDecision(context);
    context.set("approval_chain", [...context.get("approval_chain", []), approval.level]);
    context.set("approvals", [...context.get("approvals", []), approval]);
  }
}

export const processApproved = new MachineStep<MultiLevelExpenseData>({
  name: "process_approved",
  description: "Pay the expense",
  execute: (context) => {
    const chain = context.get("approval_chain", []);
    if (chain.length > 0) context.set("approved_by", chain.join(", "));
    context.set("approved", true);
    context.set("status", "approved");
  },
});

export const processRejected = new MachineStep<MultiLevelExpenseData>({
  name: "process_rejected",
  description: "Tell the requester why not",
  execute: (context) => {
    const { level, comments } = lastDecision(context);
    context.set("approved", false);
    context.set("status", "rejected");
    context.set("rejected_by", level);
    context.set("rejection_reason", comments ?? "No reason provided");
  },
});

export const processDeferred = new MachineStep<MultiLevelExpenseData>({
  name: "process_deferred",
  description: "Not now: the requester may ask again",
  execute: (context) => {
    context.set("approved", false);
    context.set("status", "deferred");
    context.set("deferral_reason", lastDecision(context).comments ?? "No reason provided");
  },
});
