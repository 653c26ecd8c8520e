import {
  ExclusiveGateway,
  HumanStep,
  type JsonObject,
  MachineStep,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";

export interface MultiLevelApprovalData {
  amount: number;
  submitted: boolean;
  /** How many levels have agreed. */
  approval_level: number;
  approved: boolean;
  /** The team lead wants the manager's word, whatever the amount. */
  escalate: boolean;
  approved_by: string;
  status: "approved" | "rejected";
  processed: boolean;
}

/** Up to which amount each level has the last word. */
const LEVELS = [
  { upTo: 1_000, step: "auto_approve" },
  { upTo: 5_000, step: "team_lead_approval" },
  { upTo: 25_000, step: "manager_approval" },
  { upTo: 100_000, step: "director_approval" },
  { upTo: Number.POSITIVE_INFINITY, step: "vp_approval" },
] as const;
const MANAGER_LEVEL = 2;

export class ApprovalRouter extends ExclusiveGateway<MultiLevelApprovalData> {
  override readonly name = "router";
  override readonly description = "Who is the next to agree?";

  override evaluate(context: WorkflowContext<MultiLevelApprovalData>): string {
    const amount = context.get("amount", 0);
    const byAmount = LEVELS.findIndex(({ upTo }) => amount <= upTo);
    if (byAmount === 0) return "auto_approve";
    const required = Math.max(byAmount, context.get("escalate") === true ? MANAGER_LEVEL : 0);
    const level = context.get("approval_level", 0);
    return level < required ? (LEVELS[level + 1]?.step ?? "") : "process_approved";
  }
}

const submit = new MachineStep<MultiLevelApprovalData>({
  name: "submit",
  description: "Record the request",
  execute: (context) => {
    const amount: unknown = context.get("amount");
    // A missing amount counted as 0 would be approved by nobody at all.
    if (typeof amount !== "number" || amount < 0) throw new Error("Amount must be a number");
    context.set("submitted", true);
    context.set("approval_level", 0);
  },
});

const approval = (name: string, title: string, more: JsonObject = {}) =>
  new HumanStep<MultiLevelApprovalData>({
    name,
    title,
    formSchema: {
      type: "object",
      properties: { approved: { type: "boolean", title: "Approve?" }, ...more },
      required: ["approved"],
    },
  });

const people = [
  approval("team_lead_approval", "Team Lead Approval", {
    escalate: { type: "boolean", title: "Escalate to Manager?" },
  }),
  approval("manager_approval", "Manager Approval"),
  approval("director_approval", "Director Approval"),
  approval("vp_approval", "VP Approval"),
];

const autoApprove = new MachineStep<MultiLevelApprovalData>({
  name: "auto_approve",
  execute: (context) => {
    context.set("approved", true);
    context.set("approved_by", "system");
  },
});

const updateLevel = new MachineStep<MultiLevelApprovalData>({
  name: "update_level",
  execute: (context) => context.set("approval_level", context.get("approval_level", 0) + 1),
});

const processApproved = new MachineStep<MultiLevelApprovalData>({
  name: "process_approved",
  execute: (context) => {
    context.set("status", "approved");
    context.set("processed", true);
  },
});

const processRejected = new MachineStep<MultiLevelApprovalData>({
  name: "process_rejected",
  execute: (context) => context.set("status", "rejected"),
});

/** One level after the other by the amount, in a loop through a gateway that decides by itself. */
export const multiLevelApproval = new WorkflowDefinition<MultiLevelApprovalData>({
  name: "multi_level_approval",
  version: "1.0.0",
  description: "Multi-level approval with conditional routing",
  steps: [
    submit,
    new ApprovalRouter(),
    autoApprove,
    ...people,
    updateLevel,
    processApproved,
    processRejected,
  ],
  edges: [
    { source: submit, target: ApprovalRouter },
    { source: ApprovalRouter, target: autoApprove },
    ...people.map((person) => ({ source: ApprovalRouter, target: person })),
    { source: ApprovalRouter, target: processApproved },
    { source: autoApprove, target: processApproved },
    ...people.flatMap((person) => [
      { source: person, target: updateLevel, condition: "context.get('approved') == True" },
      { source: person, target: processRejected, condition: "context.get('approved') == False" },
    ]),
    { source: updateLevel, target: ApprovalRouter },
  ],
  initialStep: "submit",
  terminalSteps: ["process_approved", "process_rejected"],
  onNoMatch: "fail",
});
