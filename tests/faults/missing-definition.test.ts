import { expect, test } from "vitest";
import { EXAMPLES, HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";

/** Milliseconds: several workers come up one after the other. */
const PATIENCE = 120_000;

const drover = useDrover({ workers: 0 });

test(
  "given a worker without the definition, then it leaves the work to one that has it",
  async () => {
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
    for (const { id } of own) await api.untilStatus(id, "completed", PATIENCE);
    for (const { id } of foreign) {
      expect(await rows.executions(id)).toMatchObject([
        { stepName: "prepare", status: "scheduled", attempt: 1 },
      ]);
    }

    const having = await drover().addWorker({ workflows: [HELD_WORK] });
    for (const { id } of foreign) {
      await api.untilStatus(id, "completed", PATIENCE);
      expect(journal.entriesOf(id, "started")).toMatchObject(
        ["prepare", "hold", "finish"].map((step) => ({ step, attempt: 1, pid: having.pid })),
      );
    }
    expect(lacking.isRunning).toBe(true);
  },
  PATIENCE,
);

test(
  "given work that no live worker has the code for, then that is told until one comes",
  async () => {
    const { api } = drover();
    using journal = new Journal();
    for (const worker of drover().workers) await worker.terminate();
    const before = await drover().addWorker({ workflows: [HELD_WORK] });
    await before.terminate();
    await drover().addWorker({ workflows: [EXAMPLES] });
    journal.openGate();
    const { started_at: startedAt, id } = await api.start("held_work", {
      directory: journal.directory,
    });
    await api.start("forked_work", { directory: journal.directory });
    await api.start("held_work", { directory: journal.directory });

    const { unattended_definitions: unattended } = await api.queues();
    expect(unattended).toMatchObject([
      { definition_name: "forked_work", scheduled_steps: 1, instances: 1 },
      {
        definition_name: "held_work",
        definition_version: "1.0.0",
        scheduled_steps: 2,
        instances: 2,
      },
    ]);
    // Clocks of two processes on one machine.
    expect(Math.abs(Date.parse(unattended[1]?.since ?? "") - Date.parse(startedAt))).toBeLessThan(
      5_000,
    );
    expect(await api.get(id)).toMatchObject({
      status: "running",
      blocked: "No live worker knows version 1.0.0 of workflow 'held_work'",
    });

    // A person is waited for, not a worker.
    const { id: asked } = await api.start("expense_approval", { amount: 250 });
    await api.untilTask(asked, "manager_approval");
    expect(await api.get(asked)).toMatchObject({ status: "waiting", blocked: null });

    await drover().addWorker({ workflows: [HELD_WORK] });
    expect((await api.untilStatus(id, "completed", PATIENCE)).blocked).toBe(null);
    await eventually(
      "nothing is told any more",
      async () => (await api.queues()).unattended_definitions.length === 0,
    );
    const { workers } = await api.queues();
    expect(workers.map(({ definitions }) => definitions)).toContain(2);
  },
  PATIENCE,
);
