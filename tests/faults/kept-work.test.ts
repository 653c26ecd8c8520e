import { expect, test } from "vitest";
import { testWorkflows, useDrover } from "../support/drover.ts";

const ITEMS = 300;

const drover = useDrover({
  workflows: [testWorkflows("wide-map")],
  workers: 0,
  concurrency: 4,
  lostAfterSeconds: 3,
});

test("given a worker that has kept the members of a group for itself, when it dies among them, then others run them, each once", async () => {
  const { api, rows } = drover();
  const victim = await drover().addWorker({ faults: "before-claim=crash@30" });
  const { id } = await api.start("wide_map", { items: ITEMS });
  await victim.exited;
  await drover().addWorker();

  await api.untilStatus(id, "completed");
  const members = (await rows.executions(id)).filter(({ stepName }) => stepName === "square");
  expect(members).toHaveLength(ITEMS);
  expect(members.filter(({ status }) => status !== "succeeded")).toEqual([]);
  // Only what the dead worker had claimed already is in its second attempt.
  expect(members.filter(({ attempt }) => attempt > 1).length).toBeLessThan(30);
});
