import { WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import { type OrderStateData, OrderStateGateway } from "./order-state.ts";

const contextOf = (data: Partial<OrderStateData>) => new WorkflowContext<OrderStateData>({ data });

test("given an allowed request, then the order is in the new state", () => {
  const context = contextOf({ order_state: "pending", requested_state: "processing" });
  expect(new OrderStateGateway().evaluate(context)).toBe("handle_processing");
  expect(context.changes).toEqual({ order_state: "processing", transition_error: null });
});

const refused: Pick<OrderStateData, "order_state" | "requested_state">[] = [
  { order_state: "pending", requested_state: "shipped" },
  { order_state: "shipped", requested_state: "cancelled" },
  { order_state: "processing", requested_state: "processing" },
];
test.each(refused)("given $order_state → $requested_state, then it stays", (data) => {
  const context = contextOf(data);
  expect(new OrderStateGateway().evaluate(context)).toBe("handle_invalid_transition");
  expect(context.changes).toEqual({
    transition_error: `Cannot transition from ${data.order_state} to ${data.requested_state}`,
  });
});
