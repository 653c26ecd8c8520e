import { expect, test } from "vitest";
import { history } from "../support/api-shapes.ts";
import { useDrover } from "../support/drover.ts";

// Few steps at once: each needs a connection to Postgres for its share of the queue.
const drover = useDrover({ queue: "postgres", concurrency: 4 });

test("given no Redis at all, then the quickstart completes", async () => {
  const { api } = drover();
  const { id } = await api.start("expense_approval", { amount: 250 });
  const task = await api.untilTask(id, "manager_approval");
  await api.complete(task.id, "bob@example.com", { approved: true });
  const completed = await api.untilStatus(id, "completed");
  expect(completed.context_data).toMatchObject({ status: "approved" });
  expect(history(completed)).toEqual([
    "submit_request succeeded",
    "manager_approval succeeded",
    "process_result succeeded",
  ]);
});

test("given no Redis at all, then a timer waits its time and fires", async () => {
  const { api } = drover();
  const { id } = await api.start("reminder", { message: "Tea", delay_seconds: 1 });
  await api.untilStatus(id, "waiting");
  const { context_data } = await api.untilStatus(id, "completed");
  const [accepted, reminded] = ["accepted_at", "reminded_at"].map((key) =>
    Date.parse(String(context_data[key])),
  );
  expect((reminded ?? 0) - (accepted ?? 0)).toBeGreaterThanOrEqual(1_000);
});

test("given no Redis at all, then branches fork to the workers and join", async () => {
  const { api } = drover();
  const orders = Array.from({ length: 10 }, (_, index) => ({ order_id: `A${index}` }));
  for (const { id } of await api.startMany("order_with_notifications", orders)) {
    const { context_data } = await api.untilStatus(id, "completed");
    expect(context_data).toMatchObject({ notification_count: 3 });
  }
});
