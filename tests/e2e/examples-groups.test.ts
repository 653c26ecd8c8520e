import { describe, expect, test } from "vitest";
import { history } from "../support/api-shapes.ts";
import { useDrover } from "../support/drover.ts";

const drover = useDrover();

describe("parallel_notify", () => {
  test("given a message, then it goes out three ways and the join sees all of them [scenarios 45, 60]", async () => {
    const { api } = drover();
    const { id } = await api.start("parallel_notify", { message: "Tea" });
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      processed: true,
      email_sent: true,
      slack_sent: true,
      sms_sent: true,
      notified: ["email", "slack", "sms"],
    });
    const steps = history(completed);
    expect([steps[0], steps.at(-1)]).toEqual(["process succeeded", "complete succeeded"]);
    expect(steps.slice(1, -1).toSorted()).toEqual([
      "send_email succeeded",
      "send_slack succeeded",
      "send_sms succeeded",
    ]);
  });
});

describe("order_with_notifications 2.0.0", () => {
  test("given an order, then the callback counts three, once all have been sent [scenarios 40, 41]", async () => {
    const { api } = drover();
    const { id, definition_version } = await api.start("order_with_notifications", {
      order_id: "ORD-123",
    });
    expect(definition_version).toBe("2.0.0");
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      order_status: "completed",
      notifications_sent: ["email", "slack", "webhook"],
      notification_count: 3,
    });
    const steps = history(completed);
    expect(steps[0]).toBe("process_order succeeded");
    expect(steps.slice(-2)).toEqual(["log_notifications succeeded", "notify succeeded"]);
    expect(completed.step_history.at(-1)?.output_data).toMatchObject({ notification_count: 3 });
  });

  test("given fifty orders at once, then every callback runs just once [scenario 41]", async () => {
    const { api, rows } = drover();
    const orders = Array.from({ length: 50 }, (_, index) => ({ order_id: `B${index}` }));
    for (const { id } of await api.startMany("order_with_notifications", orders)) {
      const { context_data } = await api.untilStatus(id, "completed");
      expect(context_data["notification_count"]).toBe(3);
      const steps = (await rows.executions(id)).map(({ stepName }) => stepName);
      expect(steps.toSorted()).toEqual([
        "log_notifications",
        "notify",
        "process_order",
        "send_email",
        "send_slack",
        "send_webhook",
      ]);
    }
  });
});

describe("content_intake", () => {
  const start = (more: object) =>
    drover().api.start("content_intake", {
      text: "See https://example.com today",
      author: "alice@example.com",
      ...more,
    });

  test("given a text, then each check works on the result of the one before, also through a group inside [scenarios 38, 39, 43, G6]", async () => {
    const { api } = drover();
    const completed = await api.untilStatus((await start({})).id, "completed");
    expect(completed.context_data["checks"]).toEqual({
      content: [{ counted: 3 }, { links: ["https://example.com"] }],
      author: "alice@example.com",
    });
    const steps = history(completed);
    expect(steps.slice(1, 3).toSorted()).toEqual(["count_words succeeded", "find_links succeeded"]);
    expect([...steps.slice(0, 1), ...steps.slice(3)]).toEqual([
      "validate_format succeeded",
      "validate_permissions succeeded",
      "validate_content succeeded",
      "validation succeeded",
      "note_checks succeeded",
      "decision succeeded",
    ]);
  });

  test.each([
    { status: "approved", step: "publish_text", result: "published" },
    { status: "rejected", step: "reject_text", result: "rejected" },
    { status: "undecided", step: null, result: null },
  ])(
    "given $status, then the group runs $step alone [scenario 42]",
    async ({ status, step, result }) => {
      const { api } = drover();
      const completed = await api.untilStatus((await start({ status })).id, "completed");
      const ran = completed.step_history.map(({ step_name }) => step_name);
      expect(ran.filter((name) => name.endsWith("_text"))).toEqual(step === null ? [] : [step]);
      expect(completed.step_history.at(-1)).toMatchObject({
        step_name: "decision",
        output_data: result === null ? null : { result },
      });
    },
  );

  test("given a check that fails, then those behind it do not run [scenarios 38, 55]", async () => {
    const { api } = drover();
    const failed = await api.untilStatus((await start({ text: 7 })).id, "failed");
    expect(failed.error).toBe("The text must be a text");
    expect(history(failed)).toEqual(["validate_format failed", "validation failed"]);
  });
});

describe("data_fetch", () => {
  const of = (source: string) => ({ from: source, rows: 1 });

  test("given three sources, then the callback combines them in order [scenarios 40, 41]", async () => {
    const { api } = drover();
    const { id } = await api.start("data_fetch", {});
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data["combined_data"]).toEqual({
      api1: of("api1"),
      api2: of("api2"),
      api3: of("api3"),
    });
    expect(completed.step_history.at(-1)).toMatchObject({
      step_name: "fetch_all",
      output_data: { result: [of("api1"), of("api2"), of("api3")] },
    });
  });

  test("given one that does not answer, then it fails with its error and nothing is combined [scenario 61]", async () => {
    const { api } = drover();
    const { id } = await api.start("data_fetch", { unreachable: ["api2"] });
    const failed = await api.untilStatus(id, "failed");
    expect(failed.error).toBe("api2 does not answer");
    expect(history(failed)).toContain("fetch_api2 failed");
    expect(failed.step_history.map((step) => step.step_name)).toEqual(
      expect.arrayContaining(["fetch_api1", "fetch_api2", "fetch_api3", "fetch_all"]),
    );
    expect(history(failed)).not.toContain("aggregate succeeded");
  });
});

describe("partial_data_fetch", () => {
  test.each([
    { unreachable: [], successful: ["api1", "api2", "api3"] },
    { unreachable: ["api1"], successful: ["api2", "api3"] },
    { unreachable: ["api3", "api1"], successful: ["api2"] },
  ])(
    "given $unreachable are away, then it goes on with $successful [scenarios 41, G5]",
    async ({ unreachable, successful }) => {
      const { api } = drover();
      const { id } = await api.start("partial_data_fetch", { unreachable });
      const completed = await api.untilStatus(id, "completed");
      expect(completed.context_data).toMatchObject({
        successful_fetches: successful,
        failed_fetches: unreachable.toSorted(),
        fetch_errors: Object.fromEntries(
          unreachable.map((source) => [source, `${source} does not answer`]),
        ),
      });
      expect(history(completed).slice(-3)).toEqual([
        "handle_results succeeded",
        "fetch_all succeeded",
        "report succeeded",
      ]);
    },
  );

  test("given none answers, then it fails and says so [scenario 55]", async () => {
    const { api } = drover();
    const unreachable = ["api1", "api2", "api3"];
    const { id } = await api.start("partial_data_fetch", { unreachable });
    const failed = await api.untilStatus(id, "failed");
    expect(failed.error).toBe("All data fetches failed");
    expect(history(failed)).not.toContain("report succeeded");
  });
});

describe("source_race", () => {
  /** Longer than any test: who takes that long can only lose. */
  const FOREVER = 600_000;

  test.each([
    { winner: "fast", loser: "reliable", input: { reliable_takes: FOREVER } },
    { winner: "reliable", loser: "fast", input: { fast_takes: FOREVER } },
  ])(
    "given $winner is first, then it wins and $loser is canceled and says so",
    async ({ winner, loser, input }) => {
      const { api } = drover();
      const { id } = await api.start("source_race", input);
      const completed = await api.untilStatus(id, "completed");
      expect(completed.context_data).toMatchObject({ source: winner, data: { answer: 42 } });
      const lost = completed.step_history.find((step) => step.step_name === `${loser}_source`);
      expect(lost).toMatchObject({
        status: "canceled",
        error: "another member of the race was first",
      });
      expect(completed.step_history.at(-1)).toMatchObject({
        step_name: "use_data",
        output_data: { result: winner },
      });
    },
  );

  test("given the fast one is down, then the other wins, and when both are, the race fails [scenarios 55, G5]", async () => {
    const { api } = drover();
    const one = await api.start("source_race", { fast_takes: -1, reliable_takes: 1_000 });
    const none = await api.start("source_race", { fast_takes: -1, reliable_takes: -1 });
    const completed = await api.untilStatus(one.id, "completed");
    expect(completed.context_data).toMatchObject({ source: "reliable" });
    expect(history(completed)).toContain("fast_source failed");
    const failed = await api.untilStatus(none.id, "failed");
    expect(failed.error).toMatch(/source is down/);
  });
});

describe("bulk_import", () => {
  test("given rows, some of them bad, then the good ones are imported, three at a time [scenario 40]", async () => {
    const { api } = drover();
    const rows = ["Ann", "Bob", "", "Dan", "Eve", "Fay", "Guy"].map((name) => ({ name }));
    const { id } = await api.start("bulk_import", { rows, row_takes: 100 });
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      imported: 6,
      rejected: [{ row: 2, reason: "A row needs a name" }],
    });
    const runs = completed.step_history.filter((step) => step.step_name === "import_row");
    expect(runs).toHaveLength(rows.length);
    const moments = runs.map((run) => ({
      start: Date.parse(run.started_at ?? ""),
      end: Date.parse(run.completed_at ?? ""),
    }));
    const atOnce = moments.map(
      ({ start }) => moments.filter((run) => run.start <= start && start < run.end).length,
    );
    expect(Math.max(...atOnce)).toBeLessThanOrEqual(3);
    expect(Math.max(...atOnce)).toBeGreaterThan(1);
  });

  test("given no rows, then it completes with none; given no list, it is not started [scenario 40]", async () => {
    const { api } = drover();
    const { id } = await api.start("bulk_import", { rows: [] });
    const { context_data } = await api.untilStatus(id, "completed");
    expect(context_data).toMatchObject({ imported: 0, rejected: [] });
    const body = { definition_name: "bulk_import", input_data: { rows: "many" } };
    expect(await api.request("POST", "/instances", body)).toMatchObject({
      status: 422,
      body: { code: "INPUT_INVALID" },
    });
  });
});
