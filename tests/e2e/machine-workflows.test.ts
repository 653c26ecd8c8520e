import { describe, expect, test } from "vitest";
import { history } from "../support/api-shapes.ts";
import { useDrover } from "../support/drover.ts";

// Within one process requests to one instance take turns; two processes do collide in Postgres.
const drover = useDrover({ apis: 2 });

/** Seconds; nobody means a wait by it, and a busy machine keeps to it. */
const AT_ONCE = 8;

describe("order_processing", () => {
  test("given items, then the order is paid and sent [scenarios 49, 95]", async () => {
    const { api } = drover();
    const input = { order_id: "A1", items: ["pen", "ink"], amount: 12 };
    const { id } = await api.start("order_processing", input);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toEqual({
      ...input,
      validation_passed: true,
      payment_id: "PAY-A1",
      tracking_number: "TRACK-A1",
    });
    expect(history(completed)).toEqual([
      "validate_order succeeded",
      "process_payment succeeded",
      "fulfill_order succeeded",
    ]);
  });

  test("given no items, then it completes without payment [scenarios 58, 95]", async () => {
    const { api } = drover();
    const { id } = await api.start("order_processing", { order_id: "A2", items: [], amount: 0 });
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ validation_passed: false });
    expect(completed.context_data).not.toHaveProperty("payment_id");
    expect(history(completed)).toEqual([
      "validate_order succeeded",
      "process_payment skipped",
      "fulfill_order skipped",
    ]);
  });
});

describe("order_with_notifications 1.0.0", () => {
  test("given an order, then all three are told at once and it completes once [scenario 60]", async () => {
    const { api } = drover();
    const { id } = await api.start("order_with_notifications", { order_id: "A1" }, "1.0.0");
    const completed = await api.untilStatus(id, "completed");
    const sent = ["email", "slack", "sms"].map((channel) => ({
      channel,
      message_id: `${channel}-A1`,
    }));
    expect(completed.context_data).toMatchObject({
      notification_count: 3,
      notifications_sent: sent,
      email_message_id: sent[0],
    });
    const [first, ...rest] = history(completed);
    expect(first).toBe("process_order succeeded");
    expect(rest.at(-1)).toBe("complete succeeded");
    // The three run at once; which of them ends first is nobody's promise.
    expect(rest.slice(0, -1).sort()).toEqual([
      "send_email succeeded",
      "send_slack succeeded",
      "send_sms succeeded",
    ]);
  });

  test("given fifty orders at once, then every join runs just once [scenario 60]", async () => {
    const { api, rows } = drover();
    const orders = Array.from({ length: 50 }, (_, index) => ({ order_id: `B${index}` }));
    const started = await api.startMany("order_with_notifications", orders, "1.0.0");
    for (const { id } of started) {
      const { context_data } = await api.untilStatus(id, "completed");
      expect(context_data["notification_count"]).toBe(3);
      const steps = (await rows.executions(id)).map(({ stepName }) => stepName);
      expect(steps.toSorted()).toEqual([
        "complete",
        "process_order",
        "send_email",
        "send_slack",
        "send_sms",
      ]);
    }
  });
});

describe("payment_with_callback", () => {
  test.each([
    { payload: { status: "succeeded" }, end: "confirm_order", order: "confirmed" },
    { payload: { status: "failed" }, end: "cancel_order", order: "canceled" },
    { payload: ["succeeded"], end: "cancel_order", order: "canceled" },
  ])("given the callback $payload, then $end [scenario 47]", async ({ payload, end, order }) => {
    const { api } = drover();
    const { id } = await api.start("payment_with_callback", { order_id: "A1", amount: 12 });
    const waiting = await api.untilStatus(id, "waiting");
    expect(waiting.current_step).toBe("payment_callback");
    expect((await api.callBack(`payment-${id}`, payload)).status).toBe(202);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ webhook_data: payload, order_status: order });
    expect(history(completed)).toEqual([
      "start_payment succeeded",
      "payment_callback succeeded",
      "payment_outcome succeeded",
      `${end} succeeded`,
    ]);
  });

  test("given a token that nobody waits for, then 404", async () => {
    const answer = await drover().api.callBack("payment-unknown", { status: "succeeded" });
    expect(answer).toMatchObject({ status: 404, body: { code: "CALLBACK_NOT_FOUND" } });
  });

  test("given two callbacks at once, then one is taken, the other gets 409 [scenario G9]", async () => {
    const { api, apis } = drover();
    const { id } = await api.start("payment_with_callback", { order_id: "A1", amount: 12 });
    await api.untilStatus(id, "waiting");
    const statuses = ["succeeded", "failed"];
    const answers = await Promise.all(
      apis.map((each, index) => each.callBack(`payment-${id}`, { status: statuses[index] })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 409]));
    const taken = statuses[answers.findIndex(({ status }) => status === 202)];
    const { context_data } = await api.untilStatus(id, "completed");
    expect(context_data["webhook_data"]).toEqual({ status: taken });
    const late = await api.callBack(`payment-${id}`, { status: "succeeded" });
    expect(late).toMatchObject({ status: 409, body: { code: "CALLBACK_ALREADY_USED" } });
  });
});

describe("reminder", () => {
  const seconds = (context: Readonly<Record<string, unknown>>) => {
    const [accepted, reminded] = [context["accepted_at"], context["reminded_at"]].map((moment) =>
      Date.parse(String(moment)),
    );
    return ((reminded ?? Number.NaN) - (accepted ?? Number.NaN)) / 1_000;
  };

  test("given a delay, then it waits that long, not less and not much more [scenario 46]", async () => {
    const { api } = drover();
    const { id } = await api.start("reminder", { message: "Tea", delay_seconds: 1.5 });
    const waiting = await api.untilStatus(id, "waiting");
    expect(waiting.current_step).toBe("wait_until_due");
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ reminded: "Tea" });
    expect(seconds(completed.context_data)).toBeGreaterThanOrEqual(1.5);
    expect(seconds(completed.context_data)).toBeLessThan(AT_ONCE);
    expect(history(completed)).toEqual([
      "accept_reminder succeeded",
      "wait_until_due succeeded",
      "remind succeeded",
    ]);
  });

  test.each([0, -10])(
    "given a delay of %d s, then it goes on at once [scenario 46]",
    async (delay_seconds) => {
      const { api } = drover();
      const { id } = await api.start("reminder", { message: "Tea", delay_seconds });
      const completed = await api.untilStatus(id, "completed");
      expect(seconds(completed.context_data)).toBeLessThan(AT_ONCE);
    },
  );
});
