import { WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import type { Decision, DocumentReviewData } from "./document-review/data.ts";
import {
  ConsolidateReviews,
  notifyRejection,
  publishDocument,
  reviewDecision,
} from "./document-review/machine-steps.ts";
import { technicalReview } from "./document-review/people.ts";

const contextOf = (data: Partial<DocumentReviewData>) =>
  new WorkflowContext<DocumentReviewData>({ data });

const verdicts: { technical: Decision; editorial: Decision; verdict: string }[] = [
  { technical: "approve", editorial: "approve", verdict: "approved" },
  { technical: "approve", editorial: "request_changes", verdict: "changes_requested" },
  { technical: "reject", editorial: "approve", verdict: "rejected" },
  { technical: "request_changes", editorial: "reject", verdict: "rejected" },
];
test.each(verdicts)(
  "given $technical and $editorial, when consolidated, then it is $verdict",
  ({ technical, editorial, verdict }) => {
    const context = contextOf({
      technical_review_decision: technical,
      editorial_review_decision: editorial,
    });
    new ConsolidateReviews().execute(context);
    expect(context.get("consolidated_decision")).toBe(verdict);
  },
);

test.each([
  { revision_count: 2, max_revisions: 3, next: "author_revision" },
  { revision_count: 3, max_revisions: 3, next: "notify_rejection" },
  { revision_count: 0, max_revisions: 0, next: "notify_rejection" },
])("given $revision_count of $max_revisions revisions, then $next", async ({ next, ...data }) => {
  const context = contextOf({ consolidated_decision: "changes_requested", ...data });
  expect(await reviewDecision.evaluate(context)).toBe(next);
});

test("given a second round without feedback, then that of the first is gone", () => {
  const context = new WorkflowContext<DocumentReviewData>({
    data: { technical_review_feedback: "Too short" },
    currentStep: "technical_review",
    submission: { decision: "approve", technical_accuracy: 5, completeness: 5 },
  });
  technicalReview.execute(context);
  expect(context.get("technical_review_feedback", "none")).toBe("none");
  expect(context.get("technical_review_decision")).toBe("approve");
});

test("given four scores, when published, then the quality is their mean", () => {
  const context = contextOf({
    technical_review_technical_accuracy: 5,
    technical_review_completeness: 4,
    editorial_review_clarity: 3,
    editorial_review_style_compliance: 2,
  });
  publishDocument.execute(context);
  expect(context.get("quality_score")).toBe(3.5);
});

test("given it was withdrawn, when it ends, then it does not count as rejected", () => {
  const context = contextOf({ status: "withdrawn" });
  notifyRejection.execute(context);
  expect(context.get("status")).toBe("withdrawn");
});
