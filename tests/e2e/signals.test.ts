import { expect, test } from "vitest";
import { testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";

const drover = useDrover({ workflows: [testWorkflows("signaled-work")] });

const accepted = { status: 202, body: { status: "accepted" } };

test("given a signal that comes before anybody waits, when the step comes, then it takes it at once", async () => {
  const { api } = drover();
  using journal = new Journal();
  const { id } = await api.start("awaits_order", { directory: journal.directory });
  const payload = { item: "book" };
  expect(await api.act(id, "signals/order", { payload })).toMatchObject(accepted);
  expect((await api.get(id)).signals).toMatchObject([{ name: "order", taken_at: null }]);
  journal.openGate();
  const done = await api.untilStatus(id, "completed");
  expect(done).toMatchObject({ context_data: { order: payload, ended: "deliver" } });
  expect(done.signals).toMatchObject([{ name: "order", taken_at: expect.any(String) }]);
});

test("given a waiting step, when its signal comes, then the payload is its result; others are kept", async () => {
  const { api } = drover();
  const { id } = await api.start("awaits_order", {});
  const waiting = await api.untilStatus(id, "waiting");
  expect(waiting.step_history.at(-1)).toMatchObject({ step_name: "order", waiting_for: "signal" });
  expect(await api.act(id, "signals/gossip", { payload: 1 })).toMatchObject(accepted);
  expect((await api.get(id)).status).toBe("waiting");
  expect(await api.act(id, "signals/order", { payload: { item: "pen" } })).toMatchObject(accepted);
  const done = await api.untilStatus(id, "completed");
  expect(done.output).toEqual({ item: "pen" });
  expect(await api.act(id, "signals/order")).toMatchObject({
    status: 409,
    body: { code: "WORKFLOW_ALREADY_COMPLETED" },
  });
});

test("given a signal with an id, when it is sent many times at once, then it counts once", async () => {
  const { api } = drover();
  const { id } = await api.start("awaits_two", {});
  await api.untilStatus(id, "waiting");
  const send = (key: string) => api.act(id, "signals/go", { id: key, payload: key });
  const answers = await Promise.all(Array.from({ length: 6 }, () => send("a")));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 202]);
  expect(answers.filter(({ body }) => body.status === "accepted")).toHaveLength(1);
  await eventually("the second step waits", async () => {
    const last = (await api.get(id)).step_history.at(-1);
    return last?.step_name === "second" && last.status === "waiting";
  });
  expect((await send("a")).body).toEqual({ status: "duplicate" });
  expect((await send("b")).body).toEqual({ status: "accepted" });
  const done = await api.untilStatus(id, "completed");
  expect(done.output).toBe("b");
  expect((await send("b")).body).toEqual({ status: "duplicate" });
});

test("given a step that waits for a while only, when no signal comes, then the other way is taken", async () => {
  const { api } = drover();
  const { id } = await api.start("expires", {});
  const done = await api.untilStatus(id, "completed");
  expect(done.context_data).toMatchObject({ ended: "expire" });
  const { id: hopeless } = await api.start("gives_up", {});
  const failed = await api.untilStatus(hopeless, "failed");
  expect(failed.error).toContain("waited for signal 'order' in vain");
});
