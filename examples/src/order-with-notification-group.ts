import { MachineStep, ParallelGroup, WorkflowDefinition } from "@drover/engine";

interface GroupedOrderData {
  order_id: string;
  processed: boolean;
  order_status: string;
  email_sent: boolean;
  email_timestamp: string;
  slack_sent: boolean;
  slack_timestamp: string;
  webhook_sent: boolean;
  webhook_timestamp: string;
  notifications_sent: Channel[];
  notification_count: number;
}

const CHANNELS = ["email", "slack", "webhook"] as const;
type Channel = (typeof CHANNELS)[number];

const processOrder = new MachineStep<GroupedOrderData>({
  name: "process_order",
  description: "Book the order",
  execute: (context) => {
    context.set("processed", true);
    context.set("order_status", "completed");
  },
});

const send = (channel: Channel) =>
  new MachineStep<GroupedOrderData>({
    name: `send_${channel}`,
    description: `Tell the customer by ${channel}`,
    execute: (context) => {
      context.set(`${channel}_sent`, true);
      context.set(`${channel}_timestamp`, new Date().toISOString());
    },
  });

/** The group's callback: runs once, when all three have been sent. */
const logNotifications = new MachineStep<GroupedOrderData>({
  name: "log_notifications",
  description: "Write down who was told",
  execute: (context) => {
    const sent = CHANNELS.filter((channel) => context.get(`${channel}_sent`) === true);
    context.set("notifications_sent", sent);
    context.set("notification_count", sent.length);
    return { notifications_sent: sent, notification_count: sent.length };
  },
});

/** The same order as 1.0.0 with a group instead of edges: fork, join and callback are one step. */
export const orderWithNotificationGroup = new WorkflowDefinition<GroupedOrderData>({
  name: "order_with_notifications",
  version: "2.0.0",
  description: "Process order and send parallel notifications",
  steps: [
    processOrder,
    new ParallelGroup<GroupedOrderData>({
      name: "notify",
      steps: CHANNELS.map(send),
      callback: logNotifications,
    }),
  ],
  edges: [{ source: processOrder, target: "notify" }],
  initialStep: "process_order",
  terminalSteps: ["notify"],
});
