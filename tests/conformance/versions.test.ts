import { expect, test } from "vitest";
import { history } from "../support/api-shapes.ts";
import { testWorkflows, useDrover } from "../support/drover.ts";

const OLD = testWorkflows("pinned-v1");
const NEW = testWorkflows("pinned-v2");
const drover = useDrover({ workers: 1, workflows: [OLD] });

test("given a newer version, then what was started before ends on its own [scenario G11]", async () => {
  const { api } = drover();
  const before = await api.start("pinned", {});
  expect(before.definition_version).toBe("1.0.0");
  const task = await api.untilTask(before.id, "ask");

  await drover().addWorker({ workflows: [OLD, NEW] });
  const after = await api.start("pinned", {});
  expect(after.definition_version).toBe("2.0.0");

  await api.complete(task.id, "bob@example.com", {});
  const completed = await api.untilStatus(before.id, "completed");
  expect(completed.context_data).toMatchObject({ ended_by: "1.0.0" });
  expect(history(completed)).toEqual(["ask succeeded", "end_of_v1 succeeded"]);

  const newTask = await api.untilTask(after.id, "ask");
  await api.complete(newTask.id, "bob@example.com", {});
  const newCompleted = await api.untilStatus(after.id, "completed");
  expect(history(newCompleted)).toEqual(["ask succeeded", "end_of_v2 succeeded"]);
});
