import { toMilliseconds, WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import type { OnboardingData } from "./employee-onboarding/data.ts";
import {
  checkAllComplete,
  InitiateOnboarding,
  reminderDelay,
} from "./employee-onboarding/machine-steps.ts";

const DAY = 86_400_000;
const contextOf = (data: Partial<OnboardingData>) => new WorkflowContext<OnboardingData>({ data });

test("given a start, when initiated, then each deadline is as far before it as it has to be", () => {
  const context = contextOf({ start_date: "2026-12-15T09:00:00+01:00" });
  new InitiateOnboarding().execute(context);
  expect(context.changes).toMatchObject({
    start_date: "2026-12-15T08:00:00.000Z",
    it_deadline: "2026-12-13T08:00:00.000Z",
    hr_deadline: "2026-12-14T08:00:00.000Z",
    manager_deadline: "2026-12-15T08:00:00.000Z",
  });
});

test("given no start, when initiated, then it is in a week", () => {
  const context = contextOf({});
  new InitiateOnboarding().execute(context);
  const days = (Date.parse(context.get("start_date", "")) - Date.now()) / DAY;
  expect(days).toBeCloseTo(7, 3);
});

test("given a start that is no date, when initiated, then it fails in words", () => {
  const context = contextOf({ start_date: "next Monday" });
  expect(() => new InitiateOnboarding().execute(context)).toThrow(
    "start_date must be a date like 2026-12-15T09:00:00Z, got 'next Monday'",
  );
});

test.each([
  { days: 7, delay: 4 },
  { days: 3.5, delay: 0.5 },
  { days: 3, delay: 2 },
  { days: -1, delay: 2 },
])("given a start in $days days, then the reminder is due in $delay", ({ days, delay }) => {
  const now = new Date("2026-12-01T12:00:00Z");
  const start_date = new Date(now.getTime() + days * DAY).toISOString();
  const wait = toMilliseconds(reminderDelay(contextOf({ start_date }), now));
  expect(wait / DAY).toBeCloseTo(delay);
});

test("given two of three parts are done, when checked, then just these are listed", () => {
  const context = contextOf({ it_setup_email_created: true, hr_paperwork_i9_verified: true });
  checkAllComplete.execute(context);
  expect(context.changes).toMatchObject({
    all_tasks_complete: false,
    tasks_completed: ["it_setup", "hr_paperwork"],
  });
});
