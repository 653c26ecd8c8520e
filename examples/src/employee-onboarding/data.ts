import type { JsonObject, WorkflowContext } from "@drover/engine";

/** The parts of the setup, as their steps are named. */
export const SETUP_TASKS = ["it_setup", "hr_paperwork", "manager_preparation"] as const;
type SetupTask = (typeof SETUP_TASKS)[number];

export interface OnboardingData {
  employee_name: string;
  employee_email: string;
  department: string;
  job_title: string;
  manager_email: string;
  /** ISO 8601; in a week unless given. */
  start_date: string;
  it_deadline: string;
  hr_deadline: string;
  manager_deadline: string;
  initiated_at: string;
  onboarding_status: "in_progress" | "blocked" | "completed";
  it_setup_email_created: boolean;
  it_setup_email_address: string;
  it_setup_laptop_model: string;
  hr_paperwork_i9_verified: boolean;
  hr_paperwork_benefits_package: string;
  manager_preparation_workspace_ready: boolean;
  manager_preparation_workspace_location: string;
  manager_preparation_buddy_name: string;
  orientation_employee_feedback: string;
  tasks_completed: SetupTask[];
  all_tasks_complete: boolean;
  incomplete_tasks: SetupTask[];
  reminders_sent: SetupTask[];
  onboarding_summary: JsonObject;
  final_summary: JsonObject;
  completed_at: string;
}

export type OnboardingContext = WorkflowContext<OnboardingData>;

const DAY = 86_400_000;

/** A moment some days before or after another. */
export function daysFrom(moment: Date, days: number): Date {
  return new Date(moment.getTime() + days * DAY);
}

/**
 * The first day, which `initiate_onboarding` has settled.
 * @throws Error in words where it is no date
 */
export function startDate(context: OnboardingContext): Date {
  const text: unknown = context.get("start_date");
  const date = new Date(typeof text === "string" ? text : Number.NaN);
  if (Number.isNaN(date.getTime())) {
    throw new Error(`start_date must be a date like 2026-12-15T09:00:00Z, got '${String(text)}'`);
  }
  return date;
}

/** A deadline as tasks want it. */
export function deadline(
  context: OnboardingContext,
  key: "it_deadline" | "hr_deadline" | "manager_deadline" | "start_date",
): Date {
  return new Date(context.get(key, ""));
}
