import { MachineStep, TimerStep, WorkflowDefinition } from "@drover/engine";

export interface ReminderData {
  message: string;
  delay_seconds: number;
  accepted_at: string;
  reminded: string;
  reminded_at: string;
}

export const acceptReminder = new MachineStep<ReminderData>({
  name: "accept_reminder",
  description: "Check what is to be remembered, and when",
  execute: (context) => {
    const delay: unknown = context.get("delay_seconds");
    if (typeof delay !== "number") throw new Error("delay_seconds must be a number");
    context.set("accepted_at", new Date().toISOString());
  },
});

/** Costs nothing while it waits: no process, no memory, one row in Postgres. */
export const waitUntilDue = new TimerStep<ReminderData>({
  name: "wait_until_due",
  description: "Wait as long as the requester asked for",
  duration: (context) => ({ seconds: context.get("delay_seconds", 0) }),
});

export const remind = new MachineStep<ReminderData>({
  name: "remind",
  description: "Tell the requester",
  execute: (context) => {
    context.set("reminded", context.get("message") || "It is time");
    context.set("reminded_at", new Date().toISOString());
  },
});

/** A wait of a length that is known only when it begins. */
export const reminder = new WorkflowDefinition<ReminderData>({
  name: "reminder",
  version: "1.0.0",
  description: "Remind somebody after a while",
  steps: [acceptReminder, waitUntilDue, remind],
  edges: [
    { source: acceptReminder, target: waitUntilDue },
    { source: waitUntilDue, target: remind },
  ],
  initialStep: "accept_reminder",
  terminalSteps: ["remind"],
});
