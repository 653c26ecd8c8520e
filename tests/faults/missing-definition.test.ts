import { expect, test } from "vitest";
import { EXAMPLES, HELD_WORK, useDrover } from "../support/drover.ts";
import { Journal } from "../support/journal.ts";

const drover = useDrover({ workers: 0 });

test("given a worker without the definition, then it leaves the work to one that has it", async () => {
  const { api, rows } = drover();
  using journal = new Journal();
  // The definition is known to Postgres from a worker that has left meanwhile.
  const before = await drover().addWorker({ workflows: [HELD_WORK] });
  await before.terminate();
  // One job at a time, in order: when the order is done with, the job before it was looked at.
  const lacking = await drover().addWorker({ workflows: [EXAMPLES], concurrency: 1 });
  journal.openGate();
  const inputs = Array.from({ length: 5 }, () => ({ directory: journal.directory }));
  const foreign = await api.startMany("held_work", inputs);
  const order = { order_id: "A1", items: ["pen"] };
  const own = await api.startMany("order_processing", [order, order]);
  for (const { id } of own) await api.untilStatus(id, "completed");
  for (const { id } of foreign) {
    expect(await rows.executions(id)).toMatchObject([
      { stepName: "prepare", status: "scheduled", attempt: 1 },
    ]);
  }

  const having = await drover().addWorker({ workflows: [HELD_WORK] });
  for (const { id } of foreign) {
    await api.untilStatus(id, "completed");
    expect(journal.entriesOf(id, "started")).toMatchObject(
      ["prepare", "hold", "finish"].map((step) => ({ step, attempt: 1, pid: having.pid })),
    );
  }
  expect(lacking.isRunning).toBe(true);
});
