import { describe, expect, test } from "vitest";
import { history } from "../support/api-shapes.ts";
import { useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";

const drover = useDrover();

describe("simple_workflow", () => {
  test("given nothing, then its one step completes it [scenario 57]", async () => {
    const { api } = drover();
    const { id } = await api.start("simple_workflow", {});
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toEqual({ simple_executed: true });
    expect(completed.step_history).toMatchObject([
      { step_name: "simple_step", output_data: { success: true } },
    ]);
  });
});

describe("document_processing", () => {
  const start = (document?: unknown) =>
    drover().api.start("document_processing", document === undefined ? {} : { document });

  test("given a document, then it is validated, processed, stored and told of [scenarios 32, 49]", async () => {
    const { api } = drover();
    const content = "Hello world this is a test document.";
    const { id } = await start({ title: "Test Document", content });
    const completed = await api.untilStatus(id, "completed");
    const { document_id } = completed.context_data;
    expect(document_id).toMatch(/^doc-[0-9a-f]{8}$/);
    expect(completed.context_data).toMatchObject({
      is_valid: true,
      validation_errors: [],
      processed_content: content.toUpperCase(),
      word_count: 7,
      stored: true,
      notified: true,
      notification: { type: "document_processed", document_id, word_count: 7 },
    });
    expect(history(completed)).toEqual([
      "validate succeeded",
      "process succeeded",
      "store succeeded",
      "notify succeeded",
    ]);
  });

  test("given no document, then validation is skipped and processing fails in words [scenarios 33, 58]", async () => {
    const { api } = drover();
    const failed = await api.untilStatus((await start()).id, "failed");
    expect(failed.error).toBe("There is no document to process");
    expect(failed.context_data).toEqual({
      failed_at: "process",
      failure_reason: "There is no document to process",
    });
    expect(history(failed)).toEqual(["validate skipped", "process failed"]);
  });

  const short = "Content must be at least 10 characters";
  test.each([
    { document: { content: "Long enough" }, errors: ["Title is required"] },
    { document: { title: "T" }, errors: ["Content is required", short] },
    { document: { title: "T", content: "Too short" }, errors: [short] },
    { document: {}, errors: ["Title is required", "Content is required", short] },
  ])(
    "given $document, then it fails with all that is wrong [scenario 55]",
    async ({ document, errors }) => {
      const { api } = drover();
      const failed = await api.untilStatus((await start(document)).id, "failed");
      expect(failed.error).toBe(`Validation failed: ${errors.join(", ")}`);
      expect(failed.context_data).toMatchObject({ validation_errors: errors, is_valid: false });
      expect(history(failed)).toEqual(["validate failed"]);
    },
  );
});

describe("business_hours_message", () => {
  const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
  const time = (moment: number) => new Date(moment).toISOString().slice(11, 19);

  test("given business begins in a moment, then it waits until then [scenario 46]", async () => {
    const { api } = drover();
    // Whole seconds: it begins in two to three.
    const opens = Math.floor(Date.now() / 1_000) * 1_000 + 3_000;
    // Open for an hour and not until midnight: just before midnight the day itself is over.
    const closes_at = time(opens + 3_600_000);
    const input = { message: "Hi", opens_at: time(opens), closes_at };
    const { id } = await api.start("business_hours_message", { ...input, open_days: EVERY_DAY });
    const waiting = await api.untilStatus(id, "waiting");
    expect(waiting.current_step).toBe("wait_for_business_hours");
    const { context_data } = await api.untilStatus(id, "completed");
    expect(Date.parse(String(context_data["delivered_at"]))).toBeGreaterThanOrEqual(opens);
  });

  test("given it is within business hours, then it does not wait [scenario 46]", async () => {
    const { api, rows } = drover();
    const hours = { opens_at: "00:00:00", closes_at: "24:00:00", open_days: EVERY_DAY };
    const { id } = await api.start("business_hours_message", { message: "Hi", ...hours });
    await api.untilStatus(id, "completed");
    // One attempt: it was never parked.
    expect((await rows.executions(id)).map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
  });

  test("given no day of business, then it fails in words [scenario 55]", async () => {
    const { api } = drover();
    const { id } = await api.start("business_hours_message", { open_days: [] });
    const failed = await api.untilStatus(id, "failed");
    expect(failed.error).toContain("There are no business hours in the week to come");
  });
});

describe("order_state", () => {
  const request = (id: string, requested_state: string) =>
    drover().api.answer(id, "request_transition", { requested_state });

  test("given allowed requests and one that is not, then the order goes its way [scenarios 44, G17]", async () => {
    const { api } = drover();
    const { id } = await api.start("order_state", { order_id: "A1" });
    await request(id, "processing");
    await request(id, "delivered");
    const refused = await api.untilTask(id, "request_transition");
    expect(refused.description).toBe(
      "The order is processing. Cannot transition from processing to delivered",
    );
    await request(id, "shipped");
    await request(id, "delivered");
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      order_state: "delivered",
      transition_error: null,
    });
    expect(history(completed).filter((step) => step.startsWith("handle_"))).toEqual([
      "handle_processing succeeded",
      "handle_invalid_transition succeeded",
      "handle_shipped succeeded",
      "handle_delivered succeeded",
    ]);
  });

  test("given it is cancelled early, then it ends [scenario 44]", async () => {
    const { api } = drover();
    const { id } = await api.start("order_state", { order_id: "A2" });
    await request(id, "cancelled");
    const { context_data } = await api.untilStatus(id, "completed");
    expect(context_data).toMatchObject({ order_state: "cancelled" });
  });
});

describe("retry_with_gateway", () => {
  const BUSY = "Connection reset";

  test.each([
    { errors: [], tries: 1, status: "succeeded" },
    { errors: ["Timeout", "Rate limit exceeded"], tries: 3, status: "succeeded" },
    { errors: [BUSY, BUSY, BUSY, BUSY], tries: 4, status: "failed" },
    { errors: ["Card declined"], tries: 1, status: "failed" },
  ])(
    "given $errors, then it is $status after $tries tries [scenarios 44, G17]",
    async ({ errors, tries, status }) => {
      const { api } = drover();
      const { id } = await api.start("retry_with_gateway", { errors });
      const completed = await api.untilStatus(id, "completed");
      expect(completed.context_data).toMatchObject({ status });
      const runs = completed.step_history.filter((step) => step.step_name === "retry_operation");
      const failures = errors.slice(0, tries);
      expect(runs.map((run) => run.error)).toEqual([
        ...failures,
        ...Array.from({ length: tries - failures.length }, () => null),
      ]);
    },
  );
});

describe("order_quote", () => {
  const start = (price: number) =>
    drover().api.start("order_quote", {
      customer: "alice@example.com",
      lines: [{ price, quantity: 1 }],
      tax: 19,
    });

  const workedOut = ["add_lines", "take_off_discount", "add_tax", "by_size"];

  test("given a small one, then it is worked out step by step and sent", async () => {
    const { api } = drover();
    const { id } = await start(750);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      net: 750,
      discount: 0,
      total: 893,
      quote_sent_to: "alice@example.com",
    });
    expect(completed.step_history).toMatchObject(
      [...workedOut, "send_quote"].map((step_name) => ({
        step_name,
        status: "succeeded",
        attempt: 1,
      })),
    );
  });

  // How many are depends on the pace of the machine: none waits for another for longer than ten milliseconds.
  test("given many, then steps that are worked out are written together, and never with the one that sends", async () => {
    const { api, rows } = drover();
    await eventually("some are written together", async () => {
      const { id } = await start(750);
      await api.untilStatus(id, "completed");
      const written = (await rows.executions(id)).map(({ transitionId }) => transitionId);
      const transitions = new Set(written.slice(0, workedOut.length));
      expect(transitions).not.toContain(written[workedOut.length]);
      return transitions.size < workedOut.length;
    });
  });

  test("given a large one, then somebody looks at it before it is sent", async () => {
    const { api } = drover();
    const { id } = await start(1_000_000);
    const task = await api.untilTask(id, "look_at_quote");
    expect(task).toMatchObject({
      assignee_group: "sales",
      description: "alice@example.com asks for 10710.00",
    });
    expect((await api.get(id)).context_data).not.toHaveProperty("quote_sent_to");
    expect((await api.complete(task.id, "bob@example.com", {})).status).toBe(200);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ quote_sent_to: "alice@example.com" });
  });
});

describe("order_saga", () => {
  const start = (more: object = {}) =>
    drover().api.start("order_saga", { order_id: "A1", amount: 12, ...more });

  test("given a payment service that is busy twice, then the third try charges [scenario 65]", async () => {
    const { api } = drover();
    const { id } = await start({ payment_failures: 2 });
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      reservation: "reserved",
      payment: "charged",
      payment_tries: 3,
      shipment: "SHIP-A1",
    });
    // Waits of one second and of two, of which the jitter takes the half at the most.
    const [reserved, charged] = completed.step_history.map((step) => step.completed_at ?? "");
    expect(Date.parse(charged ?? "") - Date.parse(reserved ?? "")).toBeGreaterThanOrEqual(1_500);
  });

  test("given no carrier, then payment and reservation are undone, last first, and it fails [scenario 55]", async () => {
    const { api } = drover();
    const failed = await api.untilStatus((await start({ address: "nowhere" })).id, "failed");
    expect(failed.error).toBe("No carrier goes to nowhere");
    expect(failed.context_data).toMatchObject({ payment: "refunded", reservation: "released" });
    expect(failed.context_data).not.toHaveProperty("shipment");
    expect(history(failed)).toEqual([
      "reserve_items succeeded",
      "charge_payment succeeded",
      "ship_order failed",
      "charge_payment succeeded",
      "reserve_items succeeded",
    ]);
    expect(failed.step_history[3]?.output_data).toEqual({ refund: "REFUND-A1" });
  });

  test("given a card that is declined, then it is not tried again, and only the reservation is undone [scenarios 55, 65]", async () => {
    const { api } = drover();
    const failed = await api.untilStatus((await start({ card_declined: true })).id, "failed");
    expect(failed.error).toBe("The card was declined");
    expect(failed.context_data).toMatchObject({ reservation: "released" });
    expect(failed.context_data).not.toHaveProperty("payment");
  });
});
