import { describe, expect, test, type TestContext } from "vitest";
import { Drover, type DroverOptions } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";

const INPUT = { order_id: "A1", items: ["pen"], amount: 12 };

/** A Drover with one worker that has offered to take the next first step. */
async function idle({ onTestFinished }: TestContext, options: DroverOptions = {}) {
  const drover = await Drover.start({ ...options, workers: 0 });
  onTestFinished(async ({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(`${drover.log}\n`);
    await drover.stop();
  });
  const worker = await drover.addWorker();
  await eventually("it offers", async () => (await drover.rows.offers()) === 1);
  return { drover, worker };
}

async function completes({ api, rows }: Drover, id: string) {
  await api.untilStatus(id, "completed");
  const attempts = (await rows.executions(id)).map(({ attempt }) => attempt);
  expect(attempts).toEqual([1, 1, 1]);
}

describe.concurrent("given an idle worker", () => {
  test.for([["in Redis", {}] as const, ["in Postgres", { queue: "postgres" }] as const])(
    "whose queue is %s, when a workflow starts, then its first step begins with it",
    async ([, options], context) => {
      const { drover } = await idle(context, options);
      const { id } = await drover.api.start("order_processing", INPUT);
      await completes(drover, id);
      expect(await drover.rows.isGiven(id)).toBe(true);
      await eventually("it offers again", async () => (await drover.rows.offers()) === 1);
    },
  );

  test("when it is given a first step, then the queue is told nothing of it", async (context) => {
    const { drover } = await idle(context);
    const { program, client } = await drover.addApi("before-enqueue=crash");
    const { id } = await client.start("order_processing", INPUT);
    await completes(drover, id);
    expect(program.isRunning).toBe(true);
  });

  test("that was told to go, then nothing is given to it any more", async (context) => {
    const { drover, worker } = await idle(context);
    expect(await worker.terminate()).toMatchObject({ code: 0 });
    expect(await drover.rows.offers()).toBe(0);
    const { id } = await drover.api.start("order_processing", INPUT);
    await drover.addWorker();
    await completes(drover, id);
    expect(await drover.rows.isGiven(id)).toBe(false);
  });

  test("that was killed, then its offer has ended with it", async (context) => {
    const { drover, worker } = await idle(context);
    await worker.kill();
    await eventually("its session has ended", async () => (await drover.rows.offers()) === 0);
    const { id } = await drover.api.start("order_processing", INPUT);
    await drover.addWorker();
    await completes(drover, id);
    expect(await drover.rows.isGiven(id)).toBe(false);
  });
});
