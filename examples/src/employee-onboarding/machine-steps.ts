import { ExclusiveGateway, MachineStep, TimerStep, type DurationParts } from "@drover/engine";
import {
  daysFrom,
  type OnboardingContext,
  type OnboardingData,
  SETUP_TASKS,
  startDate,
} from "./data.ts";

const DAYS_UNTIL_START = 7;
const REMINDER_DAYS_BEFORE_START = 3;
const REMINDER_DAYS_OTHERWISE = 2;

export class InitiateOnboarding extends MachineStep<OnboardingData> {
  override readonly name = "initiate_onboarding";
  override readonly description = "Start onboarding and calculate deadlines";

  override execute(context: OnboardingContext): void {
    const now = new Date();
    const start = context.get("start_date") ? startDate(context) : daysFrom(now, DAYS_UNTIL_START);
    context.set("start_date", start.toISOString());
    context.set("it_deadline", daysFrom(start, -2).toISOString());
    context.set("hr_deadline", daysFrom(start, -1).toISOString());
    context.set("manager_deadline", start.toISOString());
    context.set("onboarding_status", "in_progress");
    context.set("tasks_completed", []);
    context.set("initiated_at", now.toISOString());
  }
}

/** How long from now until the reminder: three days before the start, or two days where that is over. */
export function reminderDelay(context: OnboardingContext, now = new Date()): DurationParts {
  const reminder = daysFrom(startDate(context), -REMINDER_DAYS_BEFORE_START);
  return reminder > now
    ? { milliseconds: reminder.getTime() - now.getTime() }
    : { days: REMINDER_DAYS_OTHERWISE };
}

export const deadlineReminder = new TimerStep<OnboardingData>({
  name: "deadline_reminder",
  description: "Wait until deadline reminder time",
  duration: (context) => reminderDelay(context),
});

/** Whose answer has not come yet is asked of the history: it knows before the group has ended. */
export const sendReminder = new MachineStep<OnboardingData>({
  name: "send_reminder",
  description: "Send deadline reminder notifications",
  execute: (context) => {
    const missing = SETUP_TASKS.filter((task) => context.result(task) === undefined);
    context.set("reminders_sent", missing);
    return { reminders_sent: missing, reminder_count: missing.length };
  },
});

export const checkAllComplete = new MachineStep<OnboardingData>({
  name: "check_all_complete",
  description: "Verify all onboarding tasks completed successfully",
  execute: (context) => {
    const done = {
      it_setup: context.get("it_setup_email_created") === true,
      hr_paperwork: context.get("hr_paperwork_i9_verified") === true,
      manager_preparation: context.get("manager_preparation_workspace_ready") === true,
    };
    const completed = SETUP_TASKS.filter((task) => done[task]);
    context.set("tasks_completed", completed);
    context.set("all_tasks_complete", completed.length === SETUP_TASKS.length);
    context.set("onboarding_summary", {
      employee_email: context.get("it_setup_email_address") ?? null,
      laptop: context.get("it_setup_laptop_model") ?? null,
      benefits: context.get("hr_paperwork_benefits_package") ?? null,
      workspace: context.get("manager_preparation_workspace_location") ?? null,
      buddy: context.get("manager_preparation_buddy_name") ?? null,
    });
  },
});

export const onboardingRouter = new ExclusiveGateway<OnboardingData>({
  name: "onboarding_router",
  description: "Determine next step based on completion status",
  condition: (context) =>
    context.get("all_tasks_complete") === true ? "orientation" : "handle_incomplete",
});

export const handleIncomplete = new MachineStep<OnboardingData>({
  name: "handle_incomplete",
  description: "Escalate incomplete tasks",
  execute: (context) => {
    const completed = context.get("tasks_completed", []);
    const incomplete = SETUP_TASKS.filter((task) => !completed.includes(task));
    context.set("incomplete_tasks", incomplete);
    context.set("onboarding_status", "blocked");
    return { escalated: true, incomplete_tasks: incomplete };
  },
});

export const completeOnboarding = new MachineStep<OnboardingData>({
  name: "complete_onboarding",
  description: "Mark onboarding as complete",
  execute: (context) => {
    context.set("onboarding_status", "completed");
    context.set("completed_at", new Date().toISOString());
    context.set("final_summary", {
      ...context.get("onboarding_summary", {}),
      orientation_complete: true,
      first_day_feedback: context.get("orientation_employee_feedback") ?? null,
    });
  },
});
