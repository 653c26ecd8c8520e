import {
  isJsonObject,
  MachineStep,
  ParallelGroup,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";
import { AnsweredStep } from "./kept-answers.ts";

export interface ParallelApprovalsData {
  subject: string;
  legal_approval_approved: boolean;
  finance_approval_approved: boolean;
  security_approval_approved: boolean;
  security_approval_risk_level: "low" | "medium" | "high";
  all_approved: boolean;
}

const legalApproval = new AnsweredStep<ParallelApprovalsData>({
  name: "legal_approval",
  title: "Legal Review Required",
  getDescription: (context) => context.get("subject", ""),
  formSchema: {
    type: "object",
    properties: {
      approved: { type: "boolean", title: "Legal Approved?" },
      concerns: { type: "string", title: "Legal Concerns" },
    },
    required: ["approved"],
  },
});

const financeApproval = new AnsweredStep<ParallelApprovalsData>({
  name: "finance_approval",
  title: "Finance Review Required",
  getDescription: (context) => context.get("subject", ""),
  formSchema: {
    type: "object",
    properties: {
      approved: { type: "boolean", title: "Finance Approved?" },
      budget_code: { type: "string", title: "Budget Code" },
    },
    required: ["approved"],
  },
});

const securityApproval = new AnsweredStep<ParallelApprovalsData>({
  name: "security_approval",
  title: "Security Review Required",
  getDescription: (context) => context.get("subject", ""),
  formSchema: {
    type: "object",
    properties: {
      approved: { type: "boolean", title: "Security Approved?" },
      risk_level: { type: "string", enum: ["low", "medium", "high"] },
    },
    required: ["approved", "risk_level"],
  },
});

/** Runs when all have answered, with their forms as a list in the order of the group. */
export class CheckAllApprovals extends MachineStep<ParallelApprovalsData> {
  override readonly name = "check_approvals";
  override readonly description = "Only three yeses are a yes";

  override execute(context: WorkflowContext<ParallelApprovalsData>): { all_approved: boolean } {
    const forms = context.get("_previous_result");
    // The list is asked for each answer: `approved` in the context is that of whoever came last.
    const all_approved =
      Array.isArray(forms) &&
      forms.length > 0 &&
      forms.every((form) => isJsonObject(form) && form["approved"] === true);
    context.set("all_approved", all_approved);
    return { all_approved };
  }
}

/** Three departments at once and a callback that counts: a group is a whole workflow here. */
export const parallelApprovals = new WorkflowDefinition<ParallelApprovalsData>({
  name: "parallel_approvals",
  version: "1.0.0",
  description: "Approval by legal, finance and security at the same time",
  steps: [
    new ParallelGroup<ParallelApprovalsData>({
      name: "approvals",
      description: "Ask all three",
      steps: [legalApproval, financeApproval, securityApproval],
      callback: new CheckAllApprovals(),
    }),
  ],
  edges: [],
  initialStep: "approvals",
  terminalSteps: ["approvals"],
});
