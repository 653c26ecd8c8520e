import { ExclusiveGateway, MachineStep } from "@drover/engine";
import type { DocumentReviewData, Feedback, ReviewContext } from "./data.ts";

const MAX_REVISIONS = 3;

export class SubmitDocument extends MachineStep<DocumentReviewData> {
  override readonly name = "submit_document";
  override readonly description = "Record document submission and initialize review";

  override execute(context: ReviewContext): void {
    if (!context.get("document_title")) throw new Error("Document title is required");
    if (!context.get("document_url")) throw new Error("Document URL is required");
    context.set("submitted_at", new Date().toISOString());
    context.set("status", "under_review");
    context.set("revision_count", context.get("revision_count", 0));
    context.set("review_history", context.get("review_history", []));
  }
}

/** One word of two: the stricter counts. */
export class ConsolidateReviews extends MachineStep<DocumentReviewData> {
  override readonly name = "consolidate_reviews";
  override readonly description = "Aggregate review decisions and feedback";

  override execute(context: ReviewContext): void {
    const decisions = new Set([
      context.get("technical_review_decision", "approve"),
      context.get("editorial_review_decision", "approve"),
    ]);
    let decision: DocumentReviewData["consolidated_decision"] = "approved";
    if (decisions.has("reject")) decision = "rejected";
    else if (decisions.has("request_changes")) decision = "changes_requested";
    const feedback = feedbackOf(context);
    context.set("consolidated_decision", decision);
    context.set("consolidated_feedback", feedback);
    context.set("review_history", [
      ...context.get("review_history", []),
      {
        revision: context.get("revision_count", 0),
        date: new Date().toISOString(),
        decision,
        feedback,
      },
    ]);
  }
}

function feedbackOf(context: ReviewContext): Feedback[] {
  const technical = context.get("technical_review_feedback");
  const editorial = context.get("editorial_review_feedback");
  const feedback: Feedback[] = [];
  if (technical) {
    feedback.push({
      reviewer: "Technical",
      decision: context.get("technical_review_decision", "approve"),
      feedback: technical,
      issues: context.get("technical_review_specific_issues", []),
    });
  }
  if (editorial) {
    feedback.push({
      reviewer: "Editorial",
      decision: context.get("editorial_review_decision", "approve"),
      feedback: editorial,
    });
  }
  return feedback;
}

/** What it says is final: that no further revision is granted is in no condition of an edge. */
export const reviewDecision = new ExclusiveGateway<DocumentReviewData>({
  name: "review_decision",
  description: "Route based on review outcome",
  condition: (context) => {
    const decision = context.get("consolidated_decision", "changes_requested");
    if (decision === "approved") return "publish_document";
    if (decision === "rejected") return "notify_rejection";
    const exhausted =
      context.get("revision_count", 0) >= context.get("max_revisions", MAX_REVISIONS);
    return exhausted ? "notify_rejection" : "author_revision";
  },
});

export const prepareResubmission = new MachineStep<DocumentReviewData>({
  name: "prepare_resubmission",
  description: "Update document state for re-review",
  execute: (context) => {
    if (context.get("withdraw") === true) {
      context.set("status", "withdrawn");
      return;
    }
    context.set("revision_count", context.get("revision_count", 0) + 1);
    const updated = context.get("updated_url");
    if (updated) context.set("document_url", updated);
    context.set("status", "resubmitted");
    context.set("resubmitted_at", new Date().toISOString());
  },
});

export const publishDocument = new MachineStep<DocumentReviewData>({
  name: "publish_document",
  description: "Publish the approved document",
  execute: (context) => {
    const scores = [
      context.get("technical_review_technical_accuracy", 0),
      context.get("technical_review_completeness", 0),
      context.get("editorial_review_clarity", 0),
      context.get("editorial_review_style_compliance", 0),
    ].filter((score) => score > 0);
    const sum = scores.reduce((total, score) => total + score, 0);
    context.set("quality_score", scores.length === 0 ? 0 : sum / scores.length);
    context.set("status", "published");
    context.set("published_at", new Date().toISOString());
  },
});

export const notifyRejection = new MachineStep<DocumentReviewData>({
  name: "notify_rejection",
  description: "Handle document rejection",
  execute: (context) => {
    // Who takes a document back was not turned down.
    if (context.get("status") !== "withdrawn") context.set("status", "rejected");
    context.set("rejected_at", new Date().toISOString());
  },
});
