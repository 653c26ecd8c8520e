import { type JsonValue, WorkflowContext } from "@drover/engine";
import { expect, expectTypeOf, test } from "vitest";
import {
  cancelOrder,
  PaymentCallback,
  type PaymentData,
  paymentOutcome,
  paymentWithCallback,
} from "./payment-with-callback.ts";

const called = (payload: JsonValue) =>
  new WorkflowContext<PaymentData>({ data: { webhook_data: payload } });

test("given an instance, when a callback is awaited, then the token names the instance", () => {
  const context = new WorkflowContext<PaymentData>({ instanceId: "42" });
  expect(new PaymentCallback().getCallbackToken(context)).toBe("payment-42");
});

const payloads: { payload: JsonValue; next: string; reason: string }[] = [
  { payload: { status: "succeeded" }, next: "confirm_order", reason: "Payment succeeded" },
  { payload: { status: "failed" }, next: "cancel_order", reason: "Payment failed" },
  { payload: { status: true }, next: "cancel_order", reason: "Payment without a status" },
  { payload: {}, next: "cancel_order", reason: "Payment without a status" },
  { payload: "succeeded", next: "cancel_order", reason: "Payment without a status" },
  { payload: null, next: "cancel_order", reason: "Payment without a status" },
];
test.each(payloads)("given $payload, then $next follows", async ({ payload, next, reason }) => {
  expect(await paymentOutcome.evaluate(called(payload))).toBe(next);
  const context = called(payload);
  cancelOrder.execute(context);
  expect(context.get("cancel_reason")).toBe(reason);
});

test("given the definition, then whoever starts it reads what it needs", () => {
  expect(paymentWithCallback.structure.inputSchema).toMatchObject({
    type: "object",
    properties: {
      order_id: { type: "string", minLength: 1 },
      amount: { type: "number", exclusiveMinimum: 0 },
    },
    required: ["order_id", "amount"],
  });
});

test("given the schema of the input, then steps know its types", () => {
  const context = new WorkflowContext<PaymentData>();
  expectTypeOf(context.get("amount")).toEqualTypeOf<number | undefined>();
});
