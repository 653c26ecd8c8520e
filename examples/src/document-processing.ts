import { MachineStep, WorkflowDefinition, type WorkflowContext } from "@drover/engine";

interface SentDocument {
  title?: string;
  content?: string;
}

interface DocumentProcessingData {
  document: SentDocument;
  validation_errors: string[];
  is_valid: boolean;
  processed_content: string;
  word_count: number;
  processed_at: string;
  failed_at: string;
  failure_reason: string;
  document_id: string;
  stored: boolean;
  notification: { type: string; document_id: string; word_count: number; message: string };
  notified: boolean;
}

type DocumentContext = WorkflowContext<DocumentProcessingData>;

const SHORTEST_CONTENT = 10;

class ValidateDocument extends MachineStep<DocumentProcessingData> {
  override readonly name = "validate";
  override readonly description = "Validate document meets requirements";

  /** Without a document there is nothing to validate; the flow goes on all the same. */
  override canExecute(context: DocumentContext): boolean {
    return (context.get("document") ?? null) !== null;
  }

  override execute(context: DocumentContext): void {
    const { title = "", content = "" } = context.get("document", {});
    const errors: string[] = [];
    if (title === "") errors.push("Title is required");
    if (content === "") errors.push("Content is required");
    if (content.length < SHORTEST_CONTENT) errors.push("Content must be at least 10 characters");
    // What a step has set before it fails is kept: whoever looks finds the list.
    context.set("validation_errors", errors);
    context.set("is_valid", errors.length === 0);
    if (errors.length > 0) throw new Error(`Validation failed: ${errors.join(", ")}`);
  }
}

class ProcessDocument extends MachineStep<DocumentProcessingData> {
  override readonly name = "process";
  override readonly description = "Process and transform document";

  override execute(context: DocumentContext): void {
    const content = context.get("document", {}).content;
    if (content === undefined) throw new Error("There is no document to process");
    context.set("processed_content", content.toUpperCase());
    context.set("word_count", content.split(/\s+/).filter((word) => word !== "").length);
    context.set("processed_at", new Date().toISOString());
  }

  override onFailure(context: DocumentContext, error: unknown): never {
    context.set("failed_at", "process");
    context.set("failure_reason", error instanceof Error ? error.message : String(error));
    // Returning would let the flow go on and store a document that there is not.
    throw error;
  }
}

const storeDocument = new MachineStep<DocumentProcessingData>({
  name: "store",
  description: "Save document to database",
  execute: (context) => {
    // The same on every attempt: storing twice stores one document.
    context.set("document_id", `doc-${context.idempotencyKey.slice(-8)}`);
    context.set("stored", true);
  },
});

const notifyComplete = new MachineStep<DocumentProcessingData>({
  name: "notify",
  description: "Send notification on completion",
  execute: (context) => {
    const document_id = context.get("document_id", "");
    context.set("notification", {
      type: "document_processed",
      document_id,
      word_count: context.get("word_count", 0),
      message: `Document ${document_id} processed successfully`,
    });
    context.set("notified", true);
  },
});

/** Four machine steps in a row: a guard, an error in words and a failure that leaves its reasons. */
export const documentProcessing = new WorkflowDefinition<DocumentProcessingData>({
  name: "document_processing",
  version: "1.0.0",
  description: "Validate, process, store, and notify for documents",
  steps: [new ValidateDocument(), new ProcessDocument(), storeDocument, notifyComplete],
  edges: [
    { source: ValidateDocument, target: ProcessDocument },
    { source: ProcessDocument, target: storeDocument },
    { source: storeDocument, target: notifyComplete },
  ],
  initialStep: "validate",
  terminalSteps: ["notify"],
});
