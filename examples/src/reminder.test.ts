import { toMilliseconds, WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import { acceptReminder, remind, type ReminderData, waitUntilDue } from "./reminder.ts";

const contextOf = (data: Partial<ReminderData>) => new WorkflowContext<ReminderData>({ data });

test.each([
  { delay_seconds: 90, milliseconds: 90_000 },
  { delay_seconds: 0.25, milliseconds: 250 },
  { delay_seconds: -5, milliseconds: 0 },
])("given $delay_seconds s, then it waits $milliseconds ms", async (sample) => {
  const duration = await waitUntilDue.getDuration(contextOf(sample));
  expect(toMilliseconds(duration)).toBe(sample.milliseconds);
});

test("given no delay, when accepted, then it fails with the reason", () => {
  const context = contextOf({ message: "Tea" });
  expect(() => acceptReminder.execute(context)).toThrow("delay_seconds must be a number");
});

test.each([
  { message: "Tea", reminded: "Tea" },
  { message: "", reminded: "It is time" },
])("given '$message', when due, then it says '$reminded'", ({ message, reminded }) => {
  const context = contextOf({ message });
  remind.execute(context);
  expect(context.get("reminded")).toBe(reminded);
});
