import { describe, expect, test } from "vitest";
import { history } from "../support/api-shapes.ts";
import { EXAMPLES, testWorkflows, useDrover } from "../support/drover.ts";

const drover = useDrover({ apis: 2, workflows: [EXAMPLES, testWorkflows("repeated-work")] });

/** The second API process: it knows of an instance what Postgres says and nothing else. */
function other() {
  const [, second] = drover().apis;
  if (second === undefined) throw new Error("two APIs were started");
  return second;
}

test("given another process, then it sees every stage [scenario 71]", async () => {
  const { api } = drover();
  const input = { requester_id: "alice@example.com", amount: 250 };
  const { id } = await api.start("expense_approval", input);
  expect(await other().get(id)).toMatchObject({ id, context_data: input });
  const task = await api.untilTask(id, "manager_approval");
  const waiting = await other().get(id);
  expect(waiting).toMatchObject({
    status: "waiting",
    context_data: { ...input, submitted: true },
  });
  await other().complete(task.id, "bob@example.com", { approved: true });
  await api.untilStatus(id, "completed");
  expect(await other().get(id)).toEqual(await api.get(id));

  const { id: canceled } = await api.start("expense_approval", input);
  await api.untilTask(canceled, "manager_approval");
  await api.cancel(canceled, "Mistake");
  expect(await other().get(canceled)).toMatchObject({
    status: "canceled",
    error: "Canceled: Mistake",
  });
});

test("given an end, then no step is current and the time is kept [scenario 75]", async () => {
  const { api } = drover();
  const before = Date.now();
  const { id } = await api.start("order_processing", { order_id: "A1", items: ["pen"], amount: 1 });
  const completed = await api.untilStatus(id, "completed");
  expect(completed.current_step).toBe(null);
  expect(Date.parse(completed.completed_at ?? "")).toBeGreaterThanOrEqual(before);
});

test("given a completed instance, when canceled, then 409 and it stays [scenario 90]", async () => {
  const { api } = drover();
  const { id } = await api.start("order_processing", { order_id: "A1", items: ["pen"], amount: 1 });
  const completed = await api.untilStatus(id, "completed");
  expect(await api.cancel(id, "Too late")).toMatchObject({
    status: 409,
    body: { detail: `Workflow '${id}' is already completed` },
  });
  expect(await api.get(id)).toEqual(completed);
});

test("given two that wait, then they are listed as such, and among all [scenario 68]", async () => {
  const { api } = drover();
  const ids = async (query: string) => {
    const { body } = await api.request<{ items: { id: string }[] }>("GET", `/instances?${query}`);
    return body.items.map((item) => item.id);
  };
  const started = await api.startMany("payment_with_callback", [
    { order_id: "W1", amount: 1 },
    { order_id: "W2", amount: 2 },
  ]);
  for (const { id } of started) await api.untilStatus(id, "waiting");
  const { id: ended } = await api.start("order_processing", { order_id: "W3", items: [] });
  await api.untilStatus(ended, "completed");
  const waiting = await ids("status=waiting&limit=100");
  const all = await ids("limit=100");
  for (const { id } of started) {
    expect(waiting).toContain(id);
    expect(all).toContain(id);
  }
  expect(waiting).not.toContain(ended);
  expect(all).toContain(ended);
});

describe("repeated work", () => {
  test("given a step that ran twice, then both are kept as they were [scenarios 76, 78]", async () => {
    const { api } = drover();
    const { id } = await api.start("repeated_work", { count: 0 });
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toEqual({
      count: 2,
      last_error: "RangeError: not at the first try",
    });
    expect(history(completed)).toEqual([
      "count_up failed",
      "count_up succeeded",
      "count_on succeeded",
    ]);
    const [first, second, last] = completed.step_history;
    expect(first?.error).toContain("not at the first try");
    expect(first?.output_data).toBe(null);
    expect(second).toMatchObject({
      error: null,
      output_data: { nested: [1, "two", null, { three: 3.5 }], text: '„ü“ \\ " 🐎' },
    });
    expect(last?.output_data).toEqual({ result: 0 });
  });

  test("given 900,000 characters, then they go through all steps unharmed [scenario G18]", async () => {
    const { api } = drover();
    const payload = "abcdefghi\n".repeat(90_000);
    const { id } = await api.start("repeated_work", { count: 0, payload });
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ count: 2, payload });
    expect(completed.step_history.at(-1)?.output_data).toEqual({ result: payload.length });
  });
});
