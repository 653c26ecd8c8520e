import { seedHistory } from "@drover/db/testing";
import { expect, test } from "vitest";
import { type Drover, EXAMPLES, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";

const drover = useDrover(() => ({ workflows: [EXAMPLES], workers: 1 }));

/** Milliseconds; four pieces with half a second between them, on a busy machine. */
const PATIENCE = 40_000;

/** Instances of a status. */
async function total({ api }: Drover, status: string): Promise<number> {
  const { body } = await api.request<{ total: number }>("GET", `/instances?status=${status}`);
  return body.total;
}

test("given workers with RETENTION_DAYS, then what was over for longer goes and work goes on", async () => {
  const { api, connection } = drover();
  await seedHistory(connection.databaseUrl, { finished: 1_300, waiting: 9, days: 13 });
  const before = await total(drover(), "completed");
  expect(before).toBe(1_300);
  await drover().addWorker({ environment: { RETENTION_DAYS: "2" } });
  await drover().addWorker({ environment: { RETENTION_DAYS: "2" } });
  const { id } = await api.start("order_with_notifications", { order_id: "A1" });
  // Of 100 a day those of the last two stay.
  await eventually(
    "what has expired is gone",
    async () => (await total(drover(), "completed")) < 205,
    PATIENCE,
  );
  await api.untilStatus(id, "completed");
  expect(await total(drover(), "completed")).toBeGreaterThan(195);
  expect(await total(drover(), "waiting")).toBe(9);
});
