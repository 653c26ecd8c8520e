import { type JsonValue, WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import { Complete, type NotifiedOrderData, SendNotification } from "./order-with-notifications.ts";

test("given a channel, when sent, then the result says which and nothing is set", () => {
  const context = new WorkflowContext<NotifiedOrderData>({ data: { order_id: "A1" } });
  const step = new SendNotification("slack");
  expect(step.name).toBe("send_slack");
  expect(step.execute(context)).toEqual({ channel: "slack", message_id: "slack-A1" });
  expect(context.changes).toEqual({});
});

test("given three results, when completed, then they are counted in their order", () => {
  const results: JsonValue[] = ["email", "slack", "sms"].map((channel) => ({ channel }));
  const context = new WorkflowContext<NotifiedOrderData>({ previousResult: results });
  new Complete().execute(context);
  expect(context.changes).toEqual({
    notifications_sent: results,
    notification_count: 3,
    email_message_id: null,
  });
});
