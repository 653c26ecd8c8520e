import type { JsonObject } from "@drover/engine";
import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

const NOWHERE = "00000000-0000-7000-8000-000000000000";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  await api.worker.register(
    aStructure(["one -> two", "two -> three"], { name: "chain" }),
    aStructure(["begin -> left", "begin -> right", "left -> end", "right -> end"], {
      name: "fork",
    }),
  );
});
afterAll(() => api.close());

async function start(name: string, more: JsonObject = {}): Promise<string> {
  return (await api.post("/instances", { definition_name: name, ...more })).id;
}

async function failedAtTwo(): Promise<string> {
  const id = await start("chain", { input_data: { limit: 1 } });
  await api.worker.run(id, "one", [0]);
  await api.worker.fail(await api.worker.claim(id, "two"), "no money");
  return id;
}

const detail = async (id: string) => (await api.get(`/instances/${id}`)).object;

describe("pausing and resuming", () => {
  test("given a running instance, when paused, then nothing new starts until it is resumed", async () => {
    const id = await start("chain");
    const step = await api.worker.claim(id, "one");
    expect(await api.post(`/instances/${id}/pause`)).toMatchObject({
      status: 200,
      object: { id, status: "paused" },
    });
    expect(await api.post(`/instances/${id}/pause`)).toMatchObject({ status: 200 });
    await api.worker.finish(step, [0]);
    expect(await detail(id)).toMatchObject({
      status: "paused",
      step_history: [{ status: "succeeded" }, { step_name: "two", status: "pending" }],
    });
    const resumed = await api.post(`/instances/${id}/resume`);
    expect(resumed).toMatchObject({ status: 200, object: { status: "running" } });
    await api.worker.run(id, "two", [1]);
  });

  test("given a paused instance, when resumed from a step, then it starts there", async () => {
    const id = await start("chain");
    await api.post(`/instances/${id}/pause`);
    const { object } = await api.post(`/instances/${id}/resume`, { from_step: "three" });
    expect(object).toMatchObject({ status: "running", current_step: "three" });
  });

  test.each<[string, JsonObject, number, string]>([
    ["that is not paused", {}, 409, "INSTANCE_NOT_PAUSED"],
    ["with a field too many", { from: "one" }, 400, "REQUEST_INVALID"],
  ])("an instance %s is not resumed", async (_, body, status, code) => {
    const answer = await api.post(`/instances/${await start("chain")}/resume`, body);
    expect(answer).toMatchObject({ status, object: { code } });
  });

  test("a step that is not there is named", async () => {
    const id = await start("chain");
    await api.post(`/instances/${id}/pause`);
    const answer = await api.post(`/instances/${id}/resume`, { from_step: "four" });
    expect(answer).toMatchObject({
      status: 422,
      object: { code: "STEP_NOT_FOUND", detail: "Step 'four' not found in definition" },
    });
    expect(await detail(id)).toMatchObject({ status: "paused" });
  });
});

describe("retrying [scenario 91]", () => {
  test("goes on from the failed step with the patched context", async () => {
    const id = await failedAtTwo();
    const answer = await api.post(`/instances/${id}/retry`, { context_patch: { limit: 9 } });
    expect(answer).toMatchObject({
      status: 200,
      object: { status: "running", completed_at: null },
    });
    const again = await api.worker.claim(id, "two");
    expect(again.context).toEqual({ limit: 9 });
    await api.worker.finish(again, [1]);
    await api.worker.run(id, "three", []);
    expect(await detail(id)).toMatchObject({ status: "completed", error: null });
  });

  test.each<[string, string, JsonObject | undefined]>([
    ["the query", "?from_step=one", undefined],
    ["the body", "", { from_step: "one" }],
    ["both", "?from_step=one", { from_step: "one" }],
  ])("goes on from a step that %s names [scenario G10]", async (_, query, body) => {
    const id = await failedAtTwo();
    const { object } = await api.post(`/instances/${id}/retry${query}`, body);
    expect(object).toMatchObject({ status: "running", current_step: "one" });
  });

  test("is refused where it makes no sense, and changes nothing", async () => {
    const id = await failedAtTwo();
    const retry = (path: string, body?: JsonObject) => api.post(`/instances/${path}`, body);
    expect(await retry(`${id}/retry?from_step=one`, { from_step: "two" })).toMatchObject({
      status: 400,
    });
    expect(await retry(`${id}/retry`, { from_step: "four" })).toMatchObject({ status: 422 });
    expect(await retry(`${id}/retry`, { context_patch: [1] as never })).toMatchObject({
      status: 400,
    });
    expect(await retry(`${NOWHERE}/retry`)).toMatchObject({ status: 404 });
    expect(await detail(id)).toMatchObject({ status: "failed" });
    expect(await retry(`${await start("chain")}/retry`)).toMatchObject({
      status: 409,
      object: { code: "INSTANCE_NOT_FAILED" },
    });
  });
});

describe("skipping a step", () => {
  test("leaves it out: its code is told so and the flow goes on", async () => {
    const id = await start("chain");
    expect(await api.post(`/instances/${id}/steps/one/skip`)).toMatchObject({ status: 200 });
    expect((await api.worker.claim(id, "one")).resumption).toEqual({ kind: "skip" });
  });

  test("needs an execution where several are live", async () => {
    const id = await start("chain");
    await api.post(`/instances/${id}/steps/one/schedule`);
    const { status, object } = await api.post(`/instances/${id}/steps/one/skip`);
    expect([status, object.code]).toEqual([409, "STEP_AMBIGUOUS"]);
    const [first = "", second = ""] = JSON.stringify(object).match(/[0-9a-f-]{36}/g) ?? [];
    const body = { execution_id: second.toUpperCase() };
    const answer = await api.post(`/instances/${id}/steps/one/skip`, body);
    expect(answer).toMatchObject({ status: 200 });
    const { step_history: history } = await detail(id);
    expect(history).toMatchObject([
      { id: first, attempt: 1 },
      { id: second, attempt: 2 },
    ]);
  });

  test.each<[string, string, JsonObject, number, string]>([
    ["three", "no execution of it is live", {}, 409, "STEP_NOT_LIVE"],
    ["one", "another execution", { execution_id: NOWHERE }, 409, "STEP_NOT_LIVE"],
    ["four", "not in the definition", {}, 422, "STEP_NOT_FOUND"],
    ["one", "no id", { execution_id: "5" }, 400, "REQUEST_INVALID"],
  ])("refuses %s: %s", async (step, _, body, status, code) => {
    const id = await start("chain");
    const answer = await api.post(`/instances/${id}/steps/${step}/skip`, body);
    expect(answer).toMatchObject({ status, object: { code } });
  });

  test("a step that waits at its join cannot be skipped", async () => {
    const id = await start("fork");
    await api.worker.run(id, "begin", [0, 1]);
    await api.worker.run(id, "left", [2]);
    const answer = await api.post(`/instances/${id}/steps/end/skip`);
    expect(answer).toMatchObject({ status: 409, object: { code: "STEP_NOT_LIVE" } });
  });
});

describe("scheduling a step [scenario 69]", () => {
  const schedule = async (body?: JsonObject, step = "three") => {
    const id = await start("chain");
    return { id, answer: await api.post(`/instances/${id}/steps/${step}/schedule`, body) };
  };

  test.each<[string, JsonObject | undefined]>([
    ["without a delay", undefined],
    ["with none", { delay: 0 }],
    ["in the past", { run_at: "2020-01-01T00:00:00+02:00" }],
  ])("%s it runs at once", async (_, body) => {
    const { id, answer } = await schedule(body);
    expect(answer).toMatchObject({ status: 200, object: { status: "running" } });
    await api.worker.run(id, "three", []);
  });

  test.each<[string, JsonObject]>([
    ["a duration", { delay: "PT1H" }],
    ["milliseconds", { delay: 3_600_000 }],
    ["a moment", { run_at: "2126-01-01T00:00:00Z" }],
  ])("after %s it waits for its time", async (_, body) => {
    const { id, answer } = await schedule(body);
    expect(answer.status).toBe(200);
    const { step_history: history } = await detail(id);
    expect(history).toMatchObject([{}, { step_name: "three", status: "waiting" }]);
  });

  test.each<[string, JsonObject, number]>([
    ["months", { delay: "P1M" }, 400],
    ["a negative number", { delay: -1 }, 400],
    ["a thousand years", { delay: "P365000D" }, 400],
    ["no moment", { run_at: "tomorrow" }, 400],
    ["both", { delay: 1, run_at: "2126-01-01T00:00:00Z" }, 400],
  ])("refuses %s", async (_, body, status) => {
    expect((await schedule(body)).answer.status).toBe(status);
  });

  test("refuses a step that is not there and an instance that is over", async () => {
    expect((await schedule({}, "four")).answer).toMatchObject({ status: 422 });
    const id = await start("chain");
    await api.post(`/instances/${id}/cancel`);
    for (const action of ["steps/one/schedule", "steps/one/skip", "pause", "resume"]) {
      expect(await api.post(`/instances/${id}/${action}`)).toMatchObject({
        status: 409,
        object: { code: "WORKFLOW_ALREADY_COMPLETED" },
      });
    }
  });
});

test.each(["pause", "resume", "retry", "cancel", "steps/one/skip", "steps/one/schedule"])(
  "%s of an instance that is not there is 404 [scenario 89]",
  async (action) => {
    for (const id of [NOWHERE, "42"]) {
      expect(await api.post(`/instances/${id}/${action}`)).toMatchObject({
        status: 404,
        object: { code: "INSTANCE_NOT_FOUND", detail: `Workflow instance ${id} not found` },
      });
    }
  },
);
