import { HumanStep, MachineStep, WorkflowDefinition } from "@drover/engine";

export interface ApprovalData {
  request_id: string;
  amount: number;
  submitted: boolean;
  submitted_by: string | null;
  approved: boolean;
  comments: string;
  status: "processed" | "rejected";
}

const submit = new MachineStep<ApprovalData>({
  name: "submit",
  description: "Submit a new request for processing",
  execute: (context) => {
    context.set("submitted", true);
    context.set("submitted_by", context.userId);
  },
});

const managerApproval = new HumanStep<ApprovalData>({
  name: "manager_approval",
  title: "Approve Request",
  description: "Manager reviews and approves or rejects the request",
  formSchema: {
    type: "object",
    properties: {
      approved: { type: "boolean", title: "Approve this request?" },
      comments: { type: "string", title: "Comments" },
    },
    required: ["approved"],
  },
});

const process = new MachineStep<ApprovalData>({
  name: "process",
  description: "Process the approved request",
  execute: (context) => {
    context.set("status", context.get("approved") === true ? "processed" : "rejected");
  },
});

/** The first workflow of the documents' README: a request, a manager's word, its processing. */
export const approvalWorkflow = new WorkflowDefinition<ApprovalData>({
  name: "approval_workflow",
  version: "1.0.0",
  description: "Simple request approval workflow",
  steps: [submit, managerApproval, process],
  edges: [
    { source: submit, target: managerApproval },
    { source: managerApproval, target: process },
  ],
  initialStep: "submit",
  terminalSteps: ["process"],
});
