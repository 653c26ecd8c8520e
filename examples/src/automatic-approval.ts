import { type JsonObject, MachineStep, WorkflowDefinition } from "@drover/engine";

interface AutomaticApprovalData {
  request_data: JsonObject;
  submitted: boolean;
  status: string;
  reviewed: boolean;
  approved: boolean;
  final_status: string;
}

const submit = new MachineStep<AutomaticApprovalData>({
  name: "submit",
  description: "Submit request",
  execute: (context) => {
    context.set("submitted", true);
    context.set("status", "pending_review");
    return { status: "submitted", data: context.get("request_data", {}) };
  },
});

const review = new MachineStep<AutomaticApprovalData>({
  name: "review",
  description: "Review request: where nobody is asked, every request is a good one",
  execute: (context) => {
    context.set("reviewed", true);
    context.set("approved", true);
    return { status: "approved" };
  },
});

const approve = new MachineStep<AutomaticApprovalData>({
  name: "approve",
  description: "Approve request",
  execute: (context) => {
    context.set("final_status", "approved");
    return { status: "completed" };
  },
});

/** The documents' example of the HTTP API: three machine steps, done before anybody looks. */
export const automaticApproval = new WorkflowDefinition<AutomaticApprovalData>({
  name: "automatic_approval",
  version: "1.0.0",
  description: "Simple approval workflow for demonstration",
  steps: [submit, review, approve],
  edges: [
    { source: submit, target: review },
    { source: review, target: approve },
  ],
  initialStep: "submit",
  terminalSteps: ["approve"],
});
