import {
  type JsonValue,
  MachineStep,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";

type Channel = "email" | "slack" | "sms";

export interface NotifiedOrderData {
  order_id: string;
  processed: boolean;
  notifications_sent: JsonValue;
  notification_count: number;
  email_message_id: JsonValue;
}

const processOrder = new MachineStep<NotifiedOrderData>({
  name: "process_order",
  description: "Book the order",
  execute: (context) => context.set("processed", true),
});

/** One class for all channels: what differs comes in through the constructor. */
export class SendNotification extends MachineStep<NotifiedOrderData> {
  readonly channel: Channel;

  constructor(channel: Channel) {
    super({ name: `send_${channel}`, description: `Tell the customer by ${channel}` });
    this.channel = channel;
  }

  /** Returns its result instead of setting a key: branches that run at once share the context. */
  override execute(context: WorkflowContext<NotifiedOrderData>): JsonValue {
    return { channel: this.channel, message_id: `${this.channel}-${context.get("order_id", "")}` };
  }
}

/** Runs once, when all three have ended. */
export class Complete extends MachineStep<NotifiedOrderData> {
  override readonly name = "complete";
  override readonly description = "Write down who was told";

  override execute(context: WorkflowContext<NotifiedOrderData>): void {
    // At a join: the results of the steps before, in the order in which the edges are declared.
    const results = context.get("_previous_result");
    const sent = Array.isArray(results) ? results : [];
    context.set("notifications_sent", sent);
    context.set("notification_count", sent.length);
    // Any earlier step's result can be asked for by name, too.
    context.set("email_message_id", context.result("send_email") ?? null);
  }
}

const email = new SendNotification("email");
const slack = new SendNotification("slack");
const sms = new SendNotification("sms");

/** A fork into three branches and the join behind it. */
export const orderWithNotifications = new WorkflowDefinition<NotifiedOrderData>({
  name: "order_with_notifications",
  version: "1.0.0",
  description: "Book an order and tell the customer over three channels at once",
  steps: [processOrder, email, slack, sms, new Complete()],
  edges: [
    { source: processOrder, target: email },
    { source: processOrder, target: slack },
    { source: processOrder, target: sms },
    { source: email, target: Complete },
    { source: slack, target: Complete },
    { source: sms, target: Complete },
  ],
  initialStep: "process_order",
  terminalSteps: ["complete"],
});
