import { ParallelGroup, WorkflowDefinition } from "@drover/engine";
import type { OnboardingData } from "./employee-onboarding/data.ts";
import {
  checkAllComplete,
  completeOnboarding,
  deadlineReminder,
  handleIncomplete,
  InitiateOnboarding,
  onboardingRouter,
  sendReminder,
} from "./employee-onboarding/machine-steps.ts";
import {
  hrPaperwork,
  itSetup,
  managerPreparation,
  orientation,
} from "./employee-onboarding/people.ts";

const parallelSetup = new ParallelGroup<OnboardingData>({
  name: "parallel_setup",
  description: "What has to be ready on the first day",
  steps: [itSetup, hrPaperwork, managerPreparation],
});

/**
 * Three departments at once, and beside them a timer that reminds those who are late. The timer's
 * branch leads to no end: when the workflow is over, what is left of it is canceled.
 */
export const employeeOnboarding = new WorkflowDefinition<OnboardingData>({
  name: "employee_onboarding",
  version: "1.0.0",
  description: "Employee onboarding with parallel setup and deadline tracking",
  steps: [
    new InitiateOnboarding(),
    parallelSetup,
    checkAllComplete,
    onboardingRouter,
    handleIncomplete,
    orientation,
    completeOnboarding,
    deadlineReminder,
    sendReminder,
  ],
  edges: [
    { source: InitiateOnboarding, target: parallelSetup },
    { source: parallelSetup, target: checkAllComplete },
    { source: checkAllComplete, target: onboardingRouter },
    {
      source: onboardingRouter,
      target: orientation,
      condition: "context.get('all_tasks_complete') == True",
    },
    { source: orientation, target: completeOnboarding },
    {
      source: onboardingRouter,
      target: handleIncomplete,
      condition: "context.get('all_tasks_complete') == False",
    },
    { source: InitiateOnboarding, target: deadlineReminder },
    { source: deadlineReminder, target: sendReminder },
  ],
  initialStep: "initiate_onboarding",
  terminalSteps: ["complete_onboarding", "handle_incomplete"],
  onNoMatch: "fail",
});
