import { HumanStep, MachineStep, WorkflowDefinition } from "@drover/engine";

type Decision = "approve" | "reject" | "request_changes";

export interface DocumentApprovalData {
  document_id: string;
  submitter: string;
  title: string;
  submission_timestamp: string;
  decision: Decision;
  comments: string;
  review_decision: Decision;
  review_comments: string;
  document_status: "submitted" | "approved" | "rejected" | "changes_requested";
  approval_timestamp: string;
  rejection_reason: string;
  requested_changes: string;
  notification_sent: boolean;
}

const submitDocument = new MachineStep<DocumentApprovalData>({
  name: "submit_document",
  description: "Submit document for review",
  execute: (context) => {
    context.set("submission_timestamp", new Date().toISOString());
    context.set("document_status", "submitted");
    return {
      document_id: context.get("document_id") ?? null,
      submitter: context.get("submitter") ?? null,
      title: context.get("title", "Untitled Document"),
      status: "submitted",
    };
  },
});

/** `execute` runs when the reviewer has answered: the form's fields are in the context by then. */
const reviewDocument = new HumanStep<DocumentApprovalData>({
  name: "review_document",
  title: "Review Document",
  description: "Review the submitted document and make a decision",
  formSchema: {
    type: "object",
    title: "Document Review Form",
    properties: {
      decision: {
        type: "string",
        title: "Decision",
        enum: ["approve", "reject", "request_changes"],
        enumNames: ["Approve", "Reject", "Request Changes"],
        description: "Select your decision for this document",
      },
      comments: {
        type: "string",
        title: "Comments",
        description: "Add any comments or feedback",
      },
    },
    required: ["decision"],
  },
  execute: (context) => {
    const decision = context.get("decision", "request_changes");
    const comments = context.get("comments", "");
    context.set("review_decision", decision);
    context.set("review_comments", comments);
    return { decision, comments };
  },
});

const approveDocument = new MachineStep<DocumentApprovalData>({
  name: "approve_document",
  description: "Approve the document",
  execute: (context) => {
    context.set("document_status", "approved");
    context.set("approval_timestamp", new Date().toISOString());
  },
});

const rejectDocument = new MachineStep<DocumentApprovalData>({
  name: "reject_document",
  description: "Reject the document",
  execute: (context) => {
    context.set("document_status", "rejected");
    context.set("rejection_reason", context.get("review_comments") || "No reason provided");
  },
});

const requestChanges = new MachineStep<DocumentApprovalData>({
  name: "request_changes",
  description: "Request changes to document",
  execute: (context) => {
    context.set("document_status", "changes_requested");
    context.set("requested_changes", context.get("review_comments") || "Changes required");
  },
});

const notifySubmitter = new MachineStep<DocumentApprovalData>({
  name: "notify_submitter",
  description: "Notify submitter of decision",
  execute: (context) => {
    const id = context.get("document_id", "");
    const status = context.get("document_status", "submitted");
    context.set("notification_sent", true);
    return {
      notified: context.get("submitter") ?? null,
      document_id: id,
      final_status: status,
      message: `Document ${id} has been ${status}`,
    };
  },
});

/** One reviewer, three ways, one notification. */
export const documentApproval = new WorkflowDefinition<DocumentApprovalData>({
  name: "document_approval",
  version: "1.0.0",
  description: "Document approval workflow with human review",
  steps: [
    submitDocument,
    reviewDocument,
    approveDocument,
    rejectDocument,
    requestChanges,
    notifySubmitter,
  ],
  edges: [
    { source: submitDocument, target: reviewDocument },
    {
      source: reviewDocument,
      target: approveDocument,
      condition: "context.get('review_decision') == 'approve'",
    },
    {
      source: reviewDocument,
      target: rejectDocument,
      condition: "context.get('review_decision') == 'reject'",
    },
    {
      source: reviewDocument,
      target: requestChanges,
      condition: "context.get('review_decision') == 'request_changes'",
    },
    { source: approveDocument, target: notifySubmitter },
    { source: rejectDocument, target: notifySubmitter },
    { source: requestChanges, target: notifySubmitter },
  ],
  initialStep: "submit_document",
  terminalSteps: ["notify_submitter"],
  onNoMatch: "fail",
});
