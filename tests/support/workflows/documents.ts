import {
  ExclusiveGateway,
  HumanStep,
  MachineStep,
  TimerStep,
  WebhookStep,
  WorkflowDefinition,
} from "@drover/engine";

interface DocumentData {
  title: string;
  decision: string;
  review_decision: string;
  document_status: string;
}

const becomes = (name: string, status: string) =>
  new MachineStep<DocumentData>({
    name,
    execute: (context) => context.set("document_status", status),
  });

const decides = (name: string, decisions: string[]) =>
  new HumanStep<DocumentData>({
    name,
    title: `Please decide: ${name}`,
    formSchema: {
      type: "object",
      properties: { decision: { type: "string", enum: decisions }, comments: { type: "string" } },
      required: ["decision"],
    },
    execute: (context) => context.set("review_decision", context.get("decision", "")),
  });

const LEVELS = ["approve", "reject"];

/** Manager, then director; what is not valid is rejected before anybody is asked. */
export const publication = new WorkflowDefinition<DocumentData>({
  name: "publication",
  version: "1.0.0",
  steps: [
    new ExclusiveGateway<DocumentData>({
      name: "validate_document",
      condition: (context) =>
        context.get("title", "") === "" ? "reject_document" : "manager_approval",
    }),
    decides("manager_approval", LEVELS),
    decides("director_approval", LEVELS),
    becomes("publish_document", "published"),
    becomes("reject_document", "rejected"),
  ],
  edges: [
    { source: "validate_document", target: "manager_approval" },
    { source: "validate_document", target: "reject_document" },
    { source: "manager_approval", target: "director_approval", condition: "decision == 'approve'" },
    { source: "manager_approval", target: "reject_document", condition: "decision == 'reject'" },
    { source: "director_approval", target: "publish_document", condition: "decision == 'approve'" },
    { source: "director_approval", target: "reject_document", condition: "decision == 'reject'" },
  ],
  initialStep: "validate_document",
  terminalSteps: ["publish_document", "reject_document"],
});

const WAITS = ["legal_review", "technical_review"];

/** Two people at once, and a step that needs both. */
export const twoReviews = new WorkflowDefinition({
  name: "two_reviews",
  version: "1.0.0",
  steps: [
    new MachineStep({ name: "submit", execute: () => null }),
    ...WAITS.map((name) => new HumanStep({ name, title: name })),
    new MachineStep({
      name: "consolidate",
      execute: (context) => WAITS.map((step) => context.result(step) ?? null),
    }),
  ],
  edges: WAITS.flatMap((step) => [
    { source: "submit", target: step },
    { source: step, target: "consolidate" },
  ]),
  initialStep: "submit",
  terminalSteps: ["consolidate"],
});

const OPEN = ["ask", "wait", "listen"];

/** A person, a timer and a callback, all awaited at once. */
export const manyWaits = new WorkflowDefinition({
  name: "many_waits",
  version: "1.0.0",
  steps: [
    new MachineStep({ name: "begin", execute: () => null }),
    new HumanStep({ name: "ask", title: "Anything" }),
    new TimerStep({ name: "wait", duration: { hours: 1 } }),
    new WebhookStep({
      name: "listen",
      getCallbackToken: (context) => `listen-${context.instanceId}`,
    }),
    new MachineStep({ name: "gather", execute: () => null }),
  ],
  edges: OPEN.flatMap((step) => [
    { source: "begin", target: step },
    { source: step, target: "gather" },
  ]),
  initialStep: "begin",
  terminalSteps: ["gather"],
});

/** A callback that is awaited only when a person has answered. */
export const personThenCallback = new WorkflowDefinition({
  name: "person_then_callback",
  version: "1.0.0",
  steps: [
    new HumanStep({ name: "ask", title: "Ready?" }),
    new WebhookStep({
      name: "listen",
      callbackKey: "answer",
      getCallbackToken: (context) => `answer-${context.instanceId}`,
    }),
  ],
  edges: [{ source: "ask", target: "listen" }],
  initialStep: "ask",
  terminalSteps: ["listen"],
});
