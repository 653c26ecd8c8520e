import type { JsonValue, WorkflowStructure } from "@drover/engine";
import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

const RUNNING = "fill:#FFD700";
const FAILED = "fill:#FFB6C1";
const SUCCEEDED = "fill:#90EE90";
const WAITING = "fill:#87CEEB";

const mapped: WorkflowStructure = {
  ...aStructure(["each -> after"], { name: "mapped" }),
  steps: [
    {
      name: "each",
      type: "group",
      description: "",
      group: {
        kind: "map",
        members: ["item"],
        callback: null,
        onFailure: "collect",
        concurrency: 1,
      },
    },
    { name: "item", type: "machine", description: "", memberOf: "each" },
    { name: "after", type: "machine", description: "" },
  ],
};

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  await api.worker.register(mapped);
});
afterAll(() => api.close());

/** An instance whose map has begun with these items. */
async function startMap(items: readonly JsonValue[]): Promise<string> {
  const { id } = await api.post("/instances", { definition_name: "mapped" });
  const { executionId, attempt, instanceId } = await api.worker.claim(id, "each");
  await api.worker.dispatch(instanceId, {
    type: "step.waiting",
    executionId,
    attempt,
    contextChanges: {},
    wait: { kind: "group", chosen: null, items },
  });
  return id;
}

async function stylesOf(id: string, step: string): Promise<string[]> {
  const { object } = await api.get(`/instances/${id}/graph`);
  const source = object.mermaid_source;
  if (typeof source !== "string") throw new Error("no picture");
  return [...source.matchAll(/style (\S+) (fill:#\w+)/g)].flatMap(([, name, fill = ""]) =>
    name === step ? [fill] : [],
  );
}

test("given a map with an item at work, then its member shows that one, and the group waits", async () => {
  const id = await startMap([1, 2]);
  await api.worker.run(id, "item", []);
  expect(await stylesOf(id, "item")).toEqual([RUNNING]);
  expect(await stylesOf(id, "each")).toEqual([WAITING, RUNNING]);
  expect(await stylesOf(id, "after")).toEqual([]);
});

test("given a map whose items have ended, then one that failed is seen although others ended later", async () => {
  const id = await startMap([1, 2]);
  await api.worker.fail(await api.worker.claim(id, "item"), "broken");
  await api.worker.run(id, "item", []);
  expect(await stylesOf(id, "item")).toEqual([FAILED]);
});

test("given a map that is well, then its member is", async () => {
  const id = await startMap([1, 2]);
  await api.worker.run(id, "item", []);
  await api.worker.run(id, "item", []);
  expect(await stylesOf(id, "item")).toEqual([SUCCEEDED]);
});

test("given a group, then its graph as data says what stands in it [scenario 85]", async () => {
  const { object } = await api.get("/definitions/mapped/graph?graph_format=json");
  expect(object.nodes).toEqual([
    expect.objectContaining({ id: "each", type: "group", group_kind: "map" }),
    expect.objectContaining({ id: "item", parent: "each" }),
    expect.not.objectContaining({ parent: expect.anything() }),
  ]);
  expect(object.edges).toEqual([{ source: "each", target: "after" }]);
});
