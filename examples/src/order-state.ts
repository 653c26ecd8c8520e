import {
  ExclusiveGateway,
  HumanStep,
  MachineStep,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";

const STATES = ["pending", "processing", "shipped", "delivered", "cancelled"] as const;
type OrderState = (typeof STATES)[number];

export interface OrderStateData {
  order_id: string;
  order_state: OrderState;
  requested_state: OrderState;
  /** Why the last request was refused; null where it was granted. */
  transition_error: string | null;
}

/** Where an order may go from each state. */
const TRANSITIONS: Readonly<Record<OrderState, readonly OrderState[]>> = {
  pending: ["processing", "cancelled"],
  processing: ["shipped", "cancelled"],
  shipped: ["delivered"],
  delivered: [],
  cancelled: [],
};

/** What a gateway sets is kept like what any other step sets. */
export class OrderStateGateway extends ExclusiveGateway<OrderStateData> {
  override readonly name = "order_state";
  override readonly description = "Handle order state transitions";

  override evaluate(context: WorkflowContext<OrderStateData>): string {
    const current = context.get("order_state", "pending");
    const requested = context.get("requested_state");
    if (requested === undefined || !TRANSITIONS[current].includes(requested)) {
      const refusal = `Cannot transition from ${current} to ${requested ?? "nowhere"}`;
      context.set("transition_error", refusal);
      return "handle_invalid_transition";
    }
    context.set("order_state", requested);
    context.set("transition_error", null);
    return `handle_${requested}`;
  }
}

const receiveOrder = new MachineStep<OrderStateData>({
  name: "receive_order",
  execute: (context) => context.set("order_state", "pending"),
});

const requestTransition = new HumanStep<OrderStateData>({
  name: "request_transition",
  title: "What happens to the order?",
  getDescription: (context) => {
    const refused = context.get("transition_error");
    return [`The order is ${context.get("order_state", "pending")}.`, refused ?? ""]
      .join(" ")
      .trim();
  },
  formSchema: {
    type: "object",
    properties: {
      requested_state: { type: "string", title: "New state", enum: [...STATES] },
    },
    required: ["requested_state"],
  },
});

const handle = (what: string) =>
  new MachineStep<OrderStateData>({
    name: `handle_${what}`,
    execute: (context) => ({ order_state: context.get("order_state", "pending") }),
  });

const goesOn = [handle("processing"), handle("shipped"), handle("invalid_transition")];
const isOver = [handle("delivered"), handle("cancelled")];

/** A state machine as a workflow: a loop through a person, and a gateway that knows what is allowed. */
export const orderState = new WorkflowDefinition<OrderStateData>({
  name: "order_state",
  version: "1.0.0",
  description: "Follow an order through its states",
  steps: [receiveOrder, requestTransition, new OrderStateGateway(), ...goesOn, ...isOver],
  edges: [
    { source: receiveOrder, target: requestTransition },
    { source: requestTransition, target: OrderStateGateway },
    ...[...goesOn, ...isOver].map((step) => ({ source: OrderStateGateway, target: step })),
    ...goesOn.map((step) => ({ source: step, target: requestTransition })),
  ],
  initialStep: "receive_order",
  terminalSteps: ["handle_delivered", "handle_cancelled"],
});
