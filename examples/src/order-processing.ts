import { MachineStep, WorkflowDefinition, type WorkflowContext } from "@drover/engine";

export interface OrderData {
  order_id: string;
  items: string[];
  amount: number;
  validation_passed: boolean;
  payment_id: string;
  tracking_number: string;
}

/** An order without items is no failure: it ends, paid for by nobody and sent to nobody. */
const isValid = (context: WorkflowContext<OrderData>) => context.get("validation_passed", false);

const validateOrder = new MachineStep<OrderData>({
  name: "validate_order",
  description: "Check that something was ordered",
  execute: (context) => {
    context.set("validation_passed", context.get("items", []).length > 0);
  },
});

const processPayment = new MachineStep<OrderData>({
  name: "process_payment",
  description: "Charge the customer",
  canExecute: isValid,
  execute: (context) => {
    // A payment service would be given `context.idempotencyKey`, so that a second attempt at this
    // step does not charge a second time.
    context.set("payment_id", `PAY-${context.get("order_id", "")}`);
  },
});

const fulfillOrder = new MachineStep<OrderData>({
  name: "fulfill_order",
  description: "Hand the order to the carrier",
  canExecute: isValid,
  execute: (context) => {
    context.set("tracking_number", `TRACK-${context.get("order_id", "")}`);
  },
});

/** Three machine steps in a row, two of them guarded. */
export const orderProcessing = new WorkflowDefinition<OrderData>({
  name: "order_processing",
  version: "1.0.0",
  description: "Validate, charge and send an order",
  steps: [validateOrder, processPayment, fulfillOrder],
  edges: [
    { source: validateOrder, target: processPayment },
    { source: processPayment, target: fulfillOrder },
  ],
  initialStep: "validate_order",
  terminalSteps: ["fulfill_order"],
});
