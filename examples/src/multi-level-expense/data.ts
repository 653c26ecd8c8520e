import { isJsonObject, type WorkflowContext } from "@drover/engine";

type Level = "manager" | "finance" | "cfo";

/** One approval, as the workflow keeps it. */
export interface Approval {
  level: Level;
  comments: string | null;
}

export interface MultiLevelExpenseData {
  requester: string;
  amount: number;
  description: string;
  required_approvals: number;
  approval_chain: Level[];
  approvals: Approval[];
  /** Of the form that came last: forms merge flat. Edges read it right behind their own form. */
  decision: string;
  comments: string;
  information: string;
  approved: boolean;
  approved_by: string;
  status: "approved" | "rejected" | "deferred";
  rejected_by: Level;
  rejection_reason: string;
  deferral_reason: string;
}

export type ExpenseContext = WorkflowContext<MultiLevelExpenseData>;

const LEVELS: ReadonlyMap<string, Level> = new Map([
  ["manager_approval", "manager"],
  ["finance_approval", "finance"],
  ["cfo_approval", "cfo"],
]);

/**
 * Who has decided last, and what they wrote. Read from the history, not from the context: there
 * a comment of the manager's would still stand when finance leaves the field empty.
 */
export function lastDecision(context: ExpenseContext): Approval {
  const record = context.stepHistory.findLast(({ stepName }) => LEVELS.has(stepName));
  const level = LEVELS.get(record?.stepName ?? "");
  if (level === undefined) throw new Error("Nobody has decided yet");
  const comments = isJsonObject(record?.result) ? record.result["comments"] : null;
  return { level, comments: typeof comments === "string" && comments !== "" ? comments : null };
}
