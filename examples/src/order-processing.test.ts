import { WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import { type OrderData, orderProcessing } from "./order-processing.ts";

/** Runs the steps one after the other, as a worker would. */
async function process(input: Partial<OrderData>): Promise<Partial<OrderData>> {
  let data = input;
  for (const step of orderProcessing.steps.values()) {
    const context = new WorkflowContext<OrderData>({ data });
    if (await step.canExecute(context)) await step.execute(context);
    data = context.data;
  }
  return data;
}

test("given items, when processed, then the order is paid and sent", async () => {
  expect(await process({ order_id: "A1", items: ["pen"], amount: 3 })).toMatchObject({
    validation_passed: true,
    payment_id: "PAY-A1",
    tracking_number: "TRACK-A1",
  });
});

test.each([{ items: [] }, {}])("given %o, when processed, then nobody pays", async (input) => {
  const result = await process({ order_id: "A1", ...input });
  expect(result).toEqual({ order_id: "A1", ...input, validation_passed: false });
});
