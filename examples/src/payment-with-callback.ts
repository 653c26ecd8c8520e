import {
  ExclusiveGateway,
  type InputData,
  isJsonObject,
  type JsonValue,
  MachineStep,
  WebhookStep,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";
import { z } from "zod";

/** What has to be known to ask for money; whoever starts without it is told so at once. */
const paymentInput = z.object({
  order_id: z.string().min(1),
  amount: z.number().positive(),
});

/** What came in, and what the steps add to it. */
export interface PaymentData extends InputData<typeof paymentInput> {
  payment_reference: string;
  /** What the payment service posted: whatever it liked, until it is checked. */
  webhook_data: JsonValue;
  order_status: "confirmed" | "canceled";
  cancel_reason: string;
}

const startPayment = new MachineStep<PaymentData>({
  name: "start_payment",
  description: "Ask the payment service to collect the amount",
  execute: (context) => {
    context.set("payment_reference", `PAY-${context.get("order_id", "")}`);
  },
});

export class PaymentCallback extends WebhookStep<PaymentData> {
  override readonly name = "payment_callback";
  override readonly description = "Waiting for payment confirmation";

  override getCallbackToken(context: WorkflowContext<PaymentData>): string {
    return `payment-${context.instanceId}`;
  }
}

/** Money has come only when the service says so in just this word. */
export const paymentOutcome = new ExclusiveGateway<PaymentData>({
  name: "payment_outcome",
  description: "Did the payment succeed?",
  condition: (context) =>
    paymentStatus(context) === "succeeded" ? "confirm_order" : "cancel_order",
});

const confirmOrder = new MachineStep<PaymentData>({
  name: "confirm_order",
  description: "The order is paid",
  execute: (context) => context.set("order_status", "confirmed"),
});

export const cancelOrder = new MachineStep<PaymentData>({
  name: "cancel_order",
  description: "The order is not paid",
  execute: (context) => {
    context.set("order_status", "canceled");
    context.set("cancel_reason", `Payment ${paymentStatus(context) ?? "without a status"}`);
  },
});

function paymentStatus(context: WorkflowContext<PaymentData>): string | null {
  const payload = context.get("webhook_data");
  const status = isJsonObject(payload) ? payload["status"] : null;
  return typeof status === "string" ? status : null;
}

/** Waits for another system to call back, then goes one of two ways. */
export const paymentWithCallback = new WorkflowDefinition<PaymentData>({
  name: "payment_with_callback",
  version: "1.1.0",
  description: "Start a payment and wait for the payment service to call back",
  input: paymentInput,
  steps: [startPayment, new PaymentCallback(), paymentOutcome, confirmOrder, cancelOrder],
  edges: [
    { source: startPayment, target: PaymentCallback },
    { source: PaymentCallback, target: paymentOutcome },
    { source: paymentOutcome, target: confirmOrder },
    { source: paymentOutcome, target: cancelOrder },
  ],
  initialStep: "start_payment",
  terminalSteps: ["confirm_order", "cancel_order"],
});
