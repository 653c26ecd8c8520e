import { HumanStep, type JsonObject } from "@drover/engine";
import { AnsweredStep } from "../kept-answers.ts";
import type { DocumentReviewData, ReviewContext } from "./data.ts";

const DECISION: JsonObject = {
  type: "string",
  title: "Review Decision",
  enum: ["approve", "request_changes", "reject"],
  enumNames: ["Approve", "Request Changes", "Reject"],
};

const score = (title: string): JsonObject => ({
  type: "integer",
  title: `${title} (1-5)`,
  minimum: 1,
  maximum: 5,
});

const text = (title: string): JsonObject => ({ type: "string", title });

export const technicalReview = new AnsweredStep<DocumentReviewData>({
  name: "technical_review",
  title: "Technical Review Required",
  description: "Review document for technical accuracy",
  getAssigneeGroup: () => "technical-reviewers",
  getDueDate: () => ({ days: 3 }),
  getDescription: (context) => {
    const title = context.get("document_title", "Untitled");
    return [
      "**Document Review Request**",
      `- **Title:** ${title}`,
      `- **Author:** ${context.get("author", "Unknown")}`,
      `- **Revision:** ${context.get("revision_count", 0)}`,
      `- **Document:** [${title}](${context.get("document_url", "")})`,
    ].join("\n");
  },
  formSchema: {
    type: "object",
    title: "Technical Review",
    properties: {
      decision: DECISION,
      technical_accuracy: score("Technical Accuracy"),
      completeness: score("Completeness"),
      feedback: {
        type: "string",
        title: "Feedback",
        format: "textarea",
        description: "Detailed feedback for the author",
      },
      specific_issues: {
        type: "array",
        title: "Specific Issues",
        items: {
          type: "object",
          properties: {
            section: text("Section"),
            issue: text("Issue"),
            suggestion: text("Suggestion"),
          },
        },
      },
    },
    required: ["decision", "technical_accuracy", "completeness"],
  },
});

export const editorialReview = new AnsweredStep<DocumentReviewData>({
  name: "editorial_review",
  title: "Editorial Review Required",
  description: "Review document for style and clarity",
  getAssigneeGroup: () => "editorial-team",
  getDueDate: () => ({ days: 2 }),
  formSchema: {
    type: "object",
    title: "Editorial Review",
    properties: {
      decision: DECISION,
      clarity: score("Clarity"),
      style_compliance: score("Style Guide Compliance"),
      grammar_issues: { type: "boolean", title: "Has Grammar Issues", default: false },
      feedback: { type: "string", title: "Editorial Feedback", format: "textarea" },
    },
    required: ["decision", "clarity", "style_compliance"],
  },
});

export const authorRevision = new HumanStep<DocumentReviewData>({
  name: "author_revision",
  title: "Revisions Requested",
  description: "Address reviewer feedback and resubmit",
  assigneeKey: "author",
  getDescription: feedbackForAuthor,
  formSchema: {
    type: "object",
    title: "Document Revision",
    properties: {
      revision_notes: {
        type: "string",
        title: "Revision Notes",
        format: "textarea",
        description: "Describe the changes you made to address feedback",
        minLength: 50,
      },
      updated_url: {
        type: "string",
        title: "Updated Document URL",
        format: "uri",
        description: "URL to the revised document",
      },
      addressed_issues: {
        type: "array",
        title: "Issues Addressed",
        items: {
          type: "object",
          properties: { issue: { type: "string" }, resolution: { type: "string" } },
        },
      },
      withdraw: {
        type: "boolean",
        title: "Withdraw Submission",
        description: "Check to withdraw this document from review",
        default: false,
      },
    },
    required: ["revision_notes"],
  },
});

function feedbackForAuthor(context: ReviewContext): string {
  const feedback = context
    .get("consolidated_feedback", [])
    .map((item) => `**${item.reviewer} Review (${item.decision})**\n${item.feedback}`);
  return [
    `**Revision Requested for: ${context.get("document_title", "Untitled")}**`,
    `Revision #${context.get("revision_count", 0) + 1}`,
    ...feedback,
  ].join("\n\n");
}
