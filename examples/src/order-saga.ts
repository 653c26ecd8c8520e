import { MachineStep, WorkflowDefinition } from "@drover/engine";
import { z } from "zod";

const orderInput = z.object({
  order_id: z.string().min(1),
  amount: z.number().positive(),
  /** How many times the payment service is busy before it takes the money. */
  payment_failures: z.int().min(0).optional(),
  card_declined: z.boolean().optional(),
  /** Where no carrier goes, what was done before has to be undone. */
  address: z.string().optional(),
});

interface OrderSagaData extends z.infer<typeof orderInput> {
  reservation: "reserved" | "released";
  payment: "charged" | "refunded";
  payment_tries: number;
  shipment: string;
}

/** What may pass by itself: the service is busy, the connection broke. */
class PaymentServiceBusy extends Error {}
/** What will not: the same card is declined again. */
class CardDeclined extends Error {}

const reserveItems = new MachineStep<OrderSagaData>({
  name: "reserve_items",
  description: "Put the items aside",
  execute: (context) => context.set("reservation", "reserved"),
  compensate: (context) => context.set("reservation", "released"),
});

const chargePayment = new MachineStep<OrderSagaData>({
  name: "charge_payment",
  description: "Collect the amount",
  retry: {
    maxAttempts: 4,
    initialInterval: { seconds: 1 },
    backoffCoefficient: 2,
    maxInterval: { seconds: 60 },
    jitter: 0.5,
    retryOn: [PaymentServiceBusy],
  },
  timeout: { seconds: 30 },
  execute: (context) => {
    // A real service is given `context.idempotencyKey`: however often it is asked, it charges once.
    if (context.get("card_declined") === true) throw new CardDeclined("The card was declined");
    if (context.tryNumber <= context.get("payment_failures", 0)) {
      throw new PaymentServiceBusy("503 from the payment service");
    }
    context.set("payment", "charged");
    context.set("payment_tries", context.tryNumber);
    return { charge: `CHARGE-${context.get("order_id", "")}` };
  },
  compensate: (context) => {
    context.set("payment", "refunded");
    return { refund: `REFUND-${context.get("order_id", "")}` };
  },
});

const shipOrder = new MachineStep<OrderSagaData>({
  name: "ship_order",
  description: "Hand the order to a carrier",
  execute: (context) => {
    if (context.get("address") === "nowhere") throw new Error("No carrier goes to nowhere");
    context.set("shipment", `SHIP-${context.get("order_id", "")}`);
  },
});

/** Each step knows how it is undone: when a later one fails, those before are undone, last first. */
export const orderSaga = new WorkflowDefinition<OrderSagaData>({
  name: "order_saga",
  version: "1.0.0",
  description: "Reserve, charge and ship, or leave no trace",
  input: orderInput,
  steps: [reserveItems, chargePayment, shipOrder],
  edges: [
    { source: reserveItems, target: chargePayment },
    { source: chargePayment, target: shipOrder },
  ],
  initialStep: "reserve_items",
  terminalSteps: ["ship_order"],
});
