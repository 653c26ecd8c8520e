import { expect, test } from "vitest";
import { useDrover } from "../support/drover.ts";
import { useOwnRedis } from "../support/own-redis.ts";

const redis = useOwnRedis();
const drover = useDrover(() => ({ queue: { redisUrl: redis().url } }));

test("given Redis has gone, then starts, answers, forks and timers go on without it", async () => {
  const { api, rows } = drover();
  await redis().stop();

  const notified = await api.startMany(
    "order_with_notifications",
    Array.from({ length: 5 }, (_, index) => ({ order_id: `order-${index}` })),
  );
  const reminder = await api.start("reminder", { delay_seconds: 1 });
  const expense = await api.start("expense_approval", {
    requester_id: "alice@example.com",
    amount: 250,
  });
  const task = await api.untilTask(expense.id, "manager_approval");
  await api.complete(task.id, "bob@example.com", { approved: true });

  for (const { id } of [...notified, reminder, expense]) await api.untilStatus(id, "completed");
  const again = (await rows.executions()).filter(
    ({ stepType, attempt }) => stepType === "machine" && attempt !== 1,
  );
  expect(again).toEqual([]);

  // And the workers can still be told to stop.
  const [worker] = drover().workers;
  expect(await worker?.terminate()).toMatchObject({ code: 0 });
});
