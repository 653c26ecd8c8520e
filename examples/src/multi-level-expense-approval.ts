import { WorkflowDefinition } from "@drover/engine";
import type { MultiLevelExpenseData } from "./multi-level-expense/data.ts";
import {
  amountRouter,
  autoApprove,
  processApproved,
  processDeferred,
  processRejected,
  RecordApproval,
  SubmitExpense,
} from "./multi-level-expense/machine-steps.ts";
import {
  cfoApproval,
  financeApproval,
  ManagerApproval,
  provideInformation,
} from "./multi-level-expense/people.ts";

const APPROVED = "context.get('decision') == 'approve'";
const REJECTED = "context.get('decision') == 'reject'";

/** Up to three people in turn, by the amount; a loop through the router, and one back to the manager. */
export const multiLevelExpenseApproval = new WorkflowDefinition<MultiLevelExpenseData>({
  name: "multi_level_expense_approval",
  version: "1.0.0",
  description: "Expense approval by as many levels as the amount asks for",
  steps: [
    new SubmitExpense(),
    amountRouter,
    autoApprove,
    new ManagerApproval(),
    provideInformation,
    financeApproval,
    cfoApproval,
    new RecordApproval(),
    processApproved,
    processRejected,
    processDeferred,
  ],
  edges: [
    { source: SubmitExpense, target: amountRouter },
    {
      source: amountRouter,
      target: autoApprove,
      condition: "context.get('amount') < 1000",
    },
    {
      source: amountRouter,
      target: ManagerApproval,
      condition: "context.get('amount') >= 1000 and 'manager' not in context.get('approval_chain')",
    },
    {
      source: amountRouter,
      target: financeApproval,
      condition:
        "context.get('amount') >= 5000 and 'manager' in context.get('approval_chain') and 'finance' not in context.get('approval_chain')",
    },
    {
      source: amountRouter,
      target: cfoApproval,
      condition:
        "context.get('amount') >= 10000 and 'finance' in context.get('approval_chain') and 'cfo' not in context.get('approval_chain')",
    },
    {
      source: amountRouter,
      target: processApproved,
      // What can be said as code can be said as a function, too; diagrams then show "conditional".
      condition: (context) =>
        context.get("approvals", []).length >= context.get("required_approvals", 0),
    },
    { source: autoApprove, target: processApproved },
    { source: ManagerApproval, target: RecordApproval, condition: APPROVED },
    { source: ManagerApproval, target: processRejected, condition: REJECTED },
    {
      source: ManagerApproval,
      target: provideInformation,
      condition: "context.get('decision') == 'request_info'",
    },
    { source: provideInformation, target: ManagerApproval },
    { source: financeApproval, target: RecordApproval, condition: APPROVED },
    { source: financeApproval, target: processRejected, condition: REJECTED },
    { source: cfoApproval, target: RecordApproval, condition: APPROVED },
    { source: cfoApproval, target: processRejected, condition: REJECTED },
    {
      source: cfoApproval,
      target: processDeferred,
      condition: "context.get('decision') == 'defer'",
    },
    { source: RecordApproval, target: amountRouter },
  ],
  initialStep: "submit_expense",
  terminalSteps: ["process_approved", "process_rejected", "process_deferred"],
  // The forms rule out any other decision; should one come all the same, it shall not end in silence.
  onNoMatch: "fail",
});
