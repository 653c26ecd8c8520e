import { expect, test } from "vitest";
import { history } from "../support/api-shapes.ts";
import { testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";

const drover = useDrover({ workflows: [testWorkflows("nested-work")] });

/** The workflow that an instance has started, once there is one. */
function untilChild(id: string) {
  return eventually("another workflow is started", async () =>
    (await drover().api.get(id)).children.at(0),
  );
}

test("given a workflow inside another, when it completes, then the outer one goes on with its output", async () => {
  const { api } = drover();
  const { id } = await api.start("outer", { number: 21, waits: true });
  const { instance_id: childId } = await untilChild(id);
  await api.untilStatus(childId, "waiting");
  const waiting = await api.untilStatus(id, "waiting");
  expect(waiting.step_history).toMatchObject([{ step_name: "sub", waiting_for: "child" }]);
  await api.act(childId, "signals/go");
  const done = await api.untilStatus(id, "completed");
  expect(done).toMatchObject({
    output: { doubled: 42, ran: "inner", source: null },
    parent: null,
    children: [
      {
        instance_id: childId,
        definition_name: "inner",
        status: "completed",
        step_name: "sub",
      },
    ],
  });
  expect(await api.get(childId)).toMatchObject({
    definition_name: "inner",
    metadata: { workflow_name: "inner" },
    context_data: { number: 21 },
    parent: { instance_id: id, execution_id: done.step_history[0]?.id },
  });
});

test("given a workflow inside another, when it fails, then the step fails with the reason", async () => {
  const { api } = drover();
  const { id } = await api.start("outer", { number: 1, breaks: true });
  const failed = await api.untilStatus(id, "failed");
  expect(failed.error).toContain("cannot double");
  expect(failed.step_history).toMatchObject([
    { step_name: "sub", status: "failed", error_details: { type: "SubWorkflowError" } },
  ]);
  expect(failed.children).toMatchObject([{ status: "failed" }]);
});

test("given a workflow inside another, when the outer one is canceled, then so is the inner one", async () => {
  const { api } = drover();
  const { id } = await api.start("outer", { number: 1, waits: true });
  const { instance_id: childId } = await untilChild(id);
  await api.untilStatus(childId, "waiting");
  await api.cancel(id, "Not needed any more");
  const canceled = await api.untilStatus(childId, "canceled");
  expect(history(canceled)).toEqual(["go canceled"]);
});

test("given a workflow that nobody waits for, when it is started, then the outer one goes on at once", async () => {
  const { api } = drover();
  const { id } = await api.start("launcher", { number: 4, waits: true });
  const done = await api.untilStatus(id, "completed");
  const { instance_id: childId } = await untilChild(id);
  expect(done.output).toEqual({ instance_id: childId });
  await api.untilStatus(childId, "waiting");
  await api.act(childId, "signals/go");
  expect((await api.untilStatus(childId, "completed")).output).toMatchObject({ doubled: 8 });
});

test("given workflows nested without end, when they are too deep, then all fail with the reason", async () => {
  const { api, rows } = drover();
  const { id } = await api.start("endless", {});
  const failed = await api.untilStatus(id, "failed");
  expect(failed.error).toContain("16 workflows are nested in each other already");
  // A live one would go on starting others.
  expect(await rows.instanceCounts()).not.toHaveProperty("running");
});
