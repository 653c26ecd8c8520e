import {
  Gateway,
  HumanStep,
  MachineStep,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";

export interface ApprovalChainData {
  amount: number;
  department: string;
  approval_count: number;
  approved: boolean;
  status: "approved" | "rejected";
}

/** Whom an amount above the threshold needs, in the order in which they are asked. */
const APPROVERS = [
  { above: 1_000, step: "team_lead" },
  { above: 5_000, step: "manager" },
  { above: 15_000, step: "director" },
  { above: 50_000, step: "vp" },
] as const;

/** Names the next approver, or the end when enough have agreed. */
export class ApprovalChainGateway extends Gateway<ApprovalChainData> {
  override readonly name = "approval_chain";
  override readonly description = "Determine required approvals based on context";

  override evaluate(context: WorkflowContext<ApprovalChainData>): string {
    const amount = context.get("amount", 0);
    const required = APPROVERS.filter(({ above }) => amount > above);
    return required[context.get("approval_count", 0)]?.step ?? "process_approved";
  }
}

const submit = new MachineStep<ApprovalChainData>({
  name: "submit",
  execute: (context) => context.set("approval_count", 0),
});

const approvers = APPROVERS.map(
  ({ step }) =>
    new HumanStep<ApprovalChainData>({
      name: step,
      getAssigneeGroup: (context) => `${context.get("department", "company")}-${step}`,
      formSchema: {
        type: "object",
        properties: { approved: { type: "boolean", title: "Approve?" } },
        required: ["approved"],
      },
    }),
);

const countApproval = new MachineStep<ApprovalChainData>({
  name: "count_approval",
  execute: (context) => context.set("approval_count", context.get("approval_count", 0) + 1),
});

const processApproved = new MachineStep<ApprovalChainData>({
  name: "process_approved",
  execute: (context) => context.set("status", "approved"),
});

const processRejected = new MachineStep<ApprovalChainData>({
  name: "process_rejected",
  execute: (context) => context.set("status", "rejected"),
});

/** As many approvers as the amount needs: a chain that is a table, not a diagram. */
export const approvalChain = new WorkflowDefinition<ApprovalChainData>({
  name: "approval_chain",
  version: "1.0.0",
  description: "Dynamic approval chain",
  steps: [
    submit,
    new ApprovalChainGateway(),
    ...approvers,
    countApproval,
    processApproved,
    processRejected,
  ],
  edges: [
    { source: submit, target: ApprovalChainGateway },
    { source: ApprovalChainGateway, target: processApproved },
    ...approvers.flatMap((approver) => [
      { source: ApprovalChainGateway, target: approver },
      { source: approver, target: countApproval, condition: "context.get('approved') == True" },
      { source: approver, target: processRejected, condition: "context.get('approved') == False" },
    ]),
    { source: countApproval, target: ApprovalChainGateway },
  ],
  initialStep: "submit",
  terminalSteps: ["process_approved", "process_rejected"],
  onNoMatch: "fail",
});
