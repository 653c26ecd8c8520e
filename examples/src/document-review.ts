import { ParallelGroup, WorkflowDefinition } from "@drover/engine";
import type { DocumentReviewData } from "./document-review/data.ts";
import {
  ConsolidateReviews,
  notifyRejection,
  prepareResubmission,
  publishDocument,
  reviewDecision,
  SubmitDocument,
} from "./document-review/machine-steps.ts";
import { authorRevision, editorialReview, technicalReview } from "./document-review/people.ts";

/** Two people at once; the group ends when both have answered. */
const parallelReview = new ParallelGroup<DocumentReviewData>({
  name: "parallel_review",
  description: "Technical and editorial review at the same time",
  steps: [technicalReview, editorialReview],
});

/** Two reviewers at once, one verdict, and a loop through the author until it is one. */
export const documentReview = new WorkflowDefinition<DocumentReviewData>({
  name: "document_review",
  version: "1.0.0",
  description: "Document review with parallel reviewers and revision cycles",
  steps: [
    new SubmitDocument(),
    parallelReview,
    new ConsolidateReviews(),
    reviewDecision,
    authorRevision,
    prepareResubmission,
    publishDocument,
    notifyRejection,
  ],
  edges: [
    { source: SubmitDocument, target: parallelReview },
    { source: parallelReview, target: ConsolidateReviews },
    { source: ConsolidateReviews, target: reviewDecision },
    {
      source: reviewDecision,
      target: publishDocument,
      condition: "context.get('consolidated_decision') == 'approved'",
    },
    {
      source: reviewDecision,
      target: authorRevision,
      condition: "context.get('consolidated_decision') == 'changes_requested'",
    },
    {
      source: reviewDecision,
      target: notifyRejection,
      condition: "context.get('consolidated_decision') == 'rejected'",
    },
    { source: authorRevision, target: prepareResubmission },
    {
      source: prepareResubmission,
      target: parallelReview,
      condition: "context.get('withdraw') != True",
    },
    {
      source: prepareResubmission,
      target: notifyRejection,
      condition: "context.get('withdraw') == True",
    },
  ],
  initialStep: "submit_document",
  terminalSteps: ["publish_document", "notify_rejection"],
  onNoMatch: "fail",
});
