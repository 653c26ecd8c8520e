import { MachineStep, WorkflowDefinition } from "@drover/engine";

interface NotifyData {
  message: string;
  processed: boolean;
  email_sent: boolean;
  slack_sent: boolean;
  sms_sent: boolean;
  notified: string[];
}

const processStep = new MachineStep<NotifyData>({
  name: "process",
  description: "What is worth a notification",
  execute: (context) => context.set("processed", true),
});

const send = (name: string, key: "email_sent" | "slack_sent" | "sms_sent") =>
  new MachineStep<NotifyData>({ name, execute: (context) => context.set(key, true) });

const sendEmail = send("send_email", "email_sent");
const sendSlack = send("send_slack", "slack_sent");
const sendSms = send("send_sms", "sms_sent");

/** The join: it runs once, and sees what all three have set. */
const complete = new MachineStep<NotifyData>({
  name: "complete",
  execute: (context) => {
    const sent = { email: "email_sent", slack: "slack_sent", sms: "sms_sent" } as const;
    const notified = Object.entries(sent).filter(([, key]) => context.get(key) === true);
    context.set(
      "notified",
      notified.map(([channel]) => channel),
    );
  },
});

/** A fork and a join in edges alone; branches that set keys of their own do not get in each other's way. */
export const parallelNotify = new WorkflowDefinition<NotifyData>({
  name: "parallel_notify",
  version: "1.0.0",
  description: "Notify over three channels at once",
  steps: [processStep, sendEmail, sendSlack, sendSms, complete],
  edges: [
    { source: processStep, target: sendEmail },
    { source: processStep, target: sendSlack },
    { source: processStep, target: sendSms },
    { source: sendEmail, target: complete },
    { source: sendSlack, target: complete },
    { source: sendSms, target: complete },
  ],
  initialStep: "process",
  terminalSteps: ["complete"],
});
