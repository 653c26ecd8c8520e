import type { JsonObject } from "@drover/engine";
import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

const inputSchema: JsonObject = {
  type: "object",
  properties: {
    order_id: { type: "string", minLength: 1 },
    amount: { type: "number", exclusiveMinimum: 0 },
    currency: { type: "string", default: "EUR" },
    lines: { type: "array", items: { type: "object", required: ["sku"] } },
  },
  required: ["order_id", "amount"],
  additionalProperties: false,
};

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  const edges = ["submit -> publish"];
  await api.worker.register(
    { ...aStructure(edges, { name: "payment" }), inputSchema },
    { ...aStructure(edges, { name: "versioned" }) },
    { ...aStructure(edges, { name: "versioned", version: "2.0.0" }), inputSchema },
    aStructure(edges, { name: "free" }),
  );
});
afterAll(() => api.close());

const payment = (input_data?: JsonObject) => ({ definition_name: "payment", input_data });
const right = { order_id: "A1", amount: 12 };

describe("given a workflow with an input schema, when started", () => {
  test("with what it asks for, then the input is kept as it was sent, without defaults", async () => {
    const { status, id } = await api.post("/instances", payment(right));
    expect(status).toBe(201);
    expect((await api.get(`/instances/${id}`)).object["context_data"]).toEqual(right);
  });

  const wrong: [string, JsonObject | undefined, object[]][] = [
    ["nothing", undefined, [{ path: "/order_id" }, { path: "/amount" }]],
    ["a text for a number", { ...right, amount: "12" }, [{ path: "/amount" }]],
    [
      "several faults",
      { order_id: "", amount: 0 },
      [
        { path: "/order_id", message: "must NOT have fewer than 1 characters" },
        { path: "/amount", message: "must be > 0" },
      ],
    ],
    [
      "an unknown field",
      { ...right, amuont: 1 },
      [{ path: "/amuont", message: "is not a known field" }],
    ],
    [
      "a fault further down",
      { ...right, lines: [{ sku: 1 }, {}] },
      [{ path: "/lines/1/sku", message: "is required" }],
    ],
  ];
  test.each(wrong)("with %s, then 422 names each field and nothing is written", async (...row) => {
    const [, input, errors] = row;
    const before = await api.rows();
    const { status, headers, object } = await api.post("/instances", payment(input));
    expect(status).toBe(422);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(object).toMatchObject({
      type: "urn:drover:problem:input-invalid",
      title: "Input data is invalid",
      code: "INPUT_INVALID",
      detail: "Input for workflow 'payment' version '1.0.0' is invalid",
      instance: "/workflows/instances",
      errors,
    });
    expect(object["errors"]).toHaveLength(errors.length);
    expect(await api.rows()).toEqual(before);
  });

  test("with a thousand faults, then the first hundred are named", async () => {
    const lines = Array.from({ length: 1_000 }, () => ({}));
    const { object } = await api.post("/instances", payment({ ...right, lines }));
    expect(object["errors"]).toHaveLength(100);
  });
});

test("given no input schema, when started, then any object will do", async () => {
  const free = { definition_name: "free", input_data: { anything: [1, null] } };
  expect((await api.post("/instances", free)).status).toBe(201);
});

test("given versions with different schemas, then the one that is started counts", async () => {
  const latest = { definition_name: "versioned", input_data: {} };
  expect((await api.post("/instances", latest)).status).toBe(422);
  expect((await api.post("/instances", { ...latest, version: "1.0.0" })).status).toBe(201);
});

test("given a key, when a version with another schema came meanwhile, then it is answered again", async () => {
  const edges = ["a -> b"];
  await api.worker.register(aStructure(edges, { name: "grown" }));
  const order = { definition_name: "grown", input_data: {} };
  const key = { "idempotency-key": "grown" };
  const first = await api.post("/instances", order, key);
  await api.worker.register({
    ...aStructure(edges, { name: "grown", version: "2.0.0" }),
    inputSchema,
  });
  const status = async () => (await api.post("/instances", order)).status;
  await expect.poll(status, { interval: 10 }).toBe(422);
  const again = await api.post("/instances", order, key);
  expect([again.status, again.id]).toEqual([201, first.id]);
});

describe("given a batch", () => {
  test("when inputs are wrong, then each is named by its index and none is started", async () => {
    const before = await api.rows();
    const instances = [
      payment(right),
      payment({ ...right, amount: -1 }),
      { definition_name: "free" },
      payment({ amount: 1 }),
    ];
    const { status, object } = await api.post("/instances/batch", { instances });
    expect(status).toBe(422);
    expect(object).toMatchObject({
      code: "INPUT_INVALID",
      detail: "Input for workflow 'payment' version '1.0.0' is invalid",
    });
    expect(object["errors"]).toEqual([
      { path: "instances.1.input_data/amount", message: "must be > 0" },
      { path: "instances.3.input_data/order_id", message: "is required" },
    ]);
    expect(await api.rows()).toEqual(before);
  });

  test("when all of many are wrong, then the first hundred faults are named", async () => {
    const instances = Array.from({ length: 1_000 }, () => payment({}));
    const { status, object } = await api.post("/instances/batch", { instances });
    expect(status).toBe(422);
    expect(object["errors"]).toHaveLength(100);
  });

  test("when all are right, then all are started", async () => {
    const instances = [payment(right), { definition_name: "free" }];
    expect((await api.post("/instances/batch", { instances })).status).toBe(201);
  });
});

test("given a definition, when read or listed, then it shows its input schema", async () => {
  expect((await api.get("/definitions/payment")).object["input_schema"]).toEqual(inputSchema);
  expect((await api.get("/definitions/free")).object["input_schema"]).toBeNull();
  const { json } = await api.get("/definitions");
  expect(json).toContainEqual(
    expect.objectContaining({ name: "payment", input_schema: inputSchema }),
  );
});
