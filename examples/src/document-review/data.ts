import type { JsonValue, WorkflowContext } from "@drover/engine";

export type Decision = "approve" | "request_changes" | "reject";

/** What one reviewer had to say, as the author reads it. */
export interface Feedback {
  reviewer: "Technical" | "Editorial";
  decision: Decision;
  feedback: string;
  issues?: JsonValue;
}

/** What a round of reviews came to. */
interface ReviewRound {
  revision: number;
  date: string;
  decision: DocumentReviewData["consolidated_decision"];
  feedback: Feedback[];
}

/** What is known of a document on its way; all of it arrives with time. */
export interface DocumentReviewData {
  document_title: string;
  document_url: string;
  author: string;
  max_revisions: number;
  submitted_at: string;
  resubmitted_at: string;
  revision_count: number;
  technical_review_decision: Decision;
  technical_review_technical_accuracy: number;
  technical_review_completeness: number;
  technical_review_feedback: string;
  technical_review_specific_issues: JsonValue;
  editorial_review_decision: Decision;
  editorial_review_clarity: number;
  editorial_review_style_compliance: number;
  editorial_review_feedback: string;
  consolidated_decision: "approved" | "changes_requested" | "rejected";
  consolidated_feedback: Feedback[];
  review_history: ReviewRound[];
  withdraw: boolean;
  updated_url: string;
  status: "under_review" | "resubmitted" | "published" | "rejected" | "withdrawn";
  published_at: string;
  rejected_at: string;
  /** Mean of the four scores of the last round. */
  quality_score: number;
}

export type ReviewContext = WorkflowContext<DocumentReviewData>;
