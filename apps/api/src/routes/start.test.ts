import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  const edges = ["submit -> publish"];
  await api.worker.register(
    aStructure(edges, { name: "expense", version: "9.0.0" }),
    aStructure(edges, { name: "expense", version: "10.0.0" }),
    aStructure(edges, { name: "expense", version: "10.1.0-beta.1" }),
    aStructure(edges, { name: "expense", version: "11.0.0" }),
    aStructure(edges, { name: "retired" }),
  );
  await api.database.statements`
    update workflow_definitions set is_active = false where version = '11.0.0' or name = 'retired'`;
});
afterAll(() => api.close());

const expense = { definition_name: "expense" };

describe("starting one", () => {
  test("starts the latest active version and says where it is [scenarios 48, 74, 86]", async () => {
    const { status, headers, object, id } = await api.post("/instances", {
      ...expense,
      input_data: { amount: 250 },
      correlation_id: "order-7",
      user_id: "alice",
      tenant_id: "acme",
    });
    expect(status).toBe(201);
    expect(headers.get("location")).toBe(`/workflows/instances/${id}`);
    expect(object).toMatchObject({
      definition_name: "expense",
      definition_version: "10.0.0",
      status: "running",
      current_step: "submit",
      completed_at: null,
      created_by: "alice",
      tenant_id: "acme",
      correlation_id: "order-7",
    });
    const read = await api.get(`/instances/${id}`);
    expect(read.object).toMatchObject({ ...object, context_data: { amount: 250 } });
    await api.worker.claim(id, "submit");
  });

  test("null means not given", async () => {
    const nothing = { version: null, input_data: null, correlation_id: null, user_id: null };
    const { status, object } = await api.post("/instances", { ...expense, ...nothing });
    expect(status).toBe(201);
    expect(object).toMatchObject({ definition_version: "10.0.0", created_by: null });
  });

  test("starts a given version", async () => {
    const { object } = await api.post("/instances", { ...expense, version: "9.0.0" });
    expect(object.definition_version).toBe("9.0.0");
  });

  const refused: [string, object, number, string, string][] = [
    [
      "an unknown name",
      { definition_name: "x" },
      404,
      "WORKFLOW_NOT_FOUND",
      "Workflow 'x' not found",
    ],
    [
      "an unknown version",
      { ...expense, version: "1.0.0" },
      404,
      "WORKFLOW_NOT_FOUND",
      "Workflow 'expense' version '1.0.0' not found. Available versions: 11.0.0, 10.1.0-beta.1, 10.0.0, 9.0.0",
    ],
    [
      "an inactive version",
      { ...expense, version: "11.0.0" },
      409,
      "WORKFLOW_INACTIVE",
      "Workflow 'expense' cannot be started: version '11.0.0' is inactive",
    ],
    [
      "a workflow without an active version",
      { definition_name: "retired" },
      409,
      "WORKFLOW_INACTIVE",
      "Workflow 'retired' cannot be started: no active version",
    ],
  ];
  test.each(refused)("refuses %s [scenarios 80, 86]", async (_, body, status, code, detail) => {
    const before = await api.rows();
    const answer = await api.post("/instances", body);
    expect(answer.status).toBe(status);
    expect(answer.object).toMatchObject({ status, code, detail, instance: "/workflows/instances" });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await api.rows()).toEqual(before);
  });

  test("a queue that is away keeps nobody from starting", async () => {
    api.queue.away = true;
    const answers = await Promise.all([1, 2, 3].map(() => api.post("/instances", expense)));
    const told = () => api.log.filter((line) => line.includes("the queue does not answer"));
    await vi.waitUntil(() => told().length > 0);
    api.queue.away = false;
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    await api.post("/instances", expense);
    expect(told()).toHaveLength(1);
  });
});

describe("an idempotency key", () => {
  const keyed = (key: string) => ({ "idempotency-key": key });

  test("returns the same instance for the same request, in whatever order it is written", async () => {
    const first = await api.post(
      "/instances",
      '{"definition_name":"expense","input_data":{"a":1,"b":2}}',
      keyed("same"),
    );
    const again = await api.post(
      "/instances",
      '{"input_data":{"b":2,"a":1},"definition_name":"expense"}',
      keyed("same"),
    );
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.id).toBe(first.id);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  test("refuses another request", async () => {
    await api.post("/instances", expense, keyed("other"));
    const before = await api.rows();
    const { status, object } = await api.post(
      "/instances",
      { ...expense, user_id: "bob" },
      keyed("other"),
    );
    expect(status).toBe(409);
    expect(object.code).toBe("IDEMPOTENCY_CONFLICT");
    expect(await api.rows()).toEqual(before);
  });

  test("makes one instance of many requests at once", async () => {
    const before = await api.rows();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.post("/instances", expense, keyed("at once"))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect((await api.rows()).instances).toBe(Number(before.instances) + 1);
  });

  test("lets one of many different requests at once win", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        api.post("/instances", { ...expense, input_data: { n } }, keyed("race")),
      ),
    );
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
    expect([count(201), count(409)]).toEqual([1, 9]);
  });

  test("answers again although the version has been retired meanwhile", async () => {
    await api.worker.register(aStructure(["a -> b"], { name: "brief" }));
    const first = await api.post("/instances", { definition_name: "brief" }, keyed("brief"));
    await api.database.statements`
      update workflow_definitions set is_active = false where name = 'brief'`;
    const again = await api.post("/instances", { definition_name: "brief" }, keyed("brief"));
    expect(again.id).toBe(first.id);
  });

  test.each(["", "x".repeat(256), "é", "tab\there"])("may not be %j", async (key) => {
    const before = await api.rows();
    const { status, object } = await api.post("/instances", expense, keyed(key));
    expect(status).toBe(400);
    expect(object.errors).toMatchObject([{ path: "idempotency-key" }]);
    expect(await api.rows()).toEqual(before);
  });
});

describe("starting a batch", () => {
  test("starts them all, in the order of the request", async () => {
    const instances = Array.from({ length: 1_000 }, (_, n) => ({ ...expense, user_id: `u${n}` }));
    const { status, object } = await api.post("/instances/batch", { instances });
    expect(status).toBe(201);
    const items = object.items as { id: string; created_by: string }[];
    expect(items.map((item) => item.created_by)).toEqual(instances.map((item) => item.user_id));
    expect(new Set(items.map((item) => item.id)).size).toBe(1_000);
  });

  const refused: [string, object[], number, object[]][] = [
    [
      "names every order that is for no workflow",
      [expense, { definition_name: "x" }, expense, { ...expense, version: "0.0.1" }],
      404,
      [
        { path: "instances.1.definition_name", message: "Workflow 'x' not found" },
        { path: "instances.3.version", message: expect.stringContaining("version '0.0.1'") },
      ],
    ],
    [
      "names what is missing",
      [expense, {}],
      400,
      [
        {
          path: "instances.1.definition_name",
          message: "Object missing required field `definition_name`",
        },
      ],
    ],
    [
      "refuses a key that comes twice",
      [
        { ...expense, idempotency_key: "twice" },
        { ...expense, idempotency_key: "twice" },
      ],
      400,
      [{ path: "instances.1.idempotency_key", message: "Is that of item 0 too" }],
    ],
    ["refuses an empty batch", [], 400, [{ path: "instances" }]],
    ["refuses 1,001", Array.from({ length: 1_001 }, () => expense), 400, [{ path: "instances" }]],
  ];
  test.each(refused)("%s, and starts none", async (_, instances, status, errors) => {
    const before = await api.rows();
    const answer = await api.post("/instances/batch", { instances });
    expect(answer.status).toBe(status);
    expect(answer.object.errors).toMatchObject(errors);
    expect(await api.rows()).toEqual(before);
  });

  test("keys of items work as the header does", async () => {
    const item = { ...expense, idempotency_key: "batch-1" };
    const first = await api.post("/instances/batch", { instances: [item, expense] });
    const again = await api.post("/instances/batch", { instances: [item, expense] });
    const single = await api.post("/instances", expense, { "idempotency-key": "batch-1" });
    const ids = [first, again].map(({ object }) =>
      (object.items as { id: string }[]).map(({ id }) => id),
    );
    expect(ids[1]?.[0]).toBe(ids[0]?.[0]);
    expect(ids[1]?.[1]).not.toBe(ids[0]?.[1]);
    expect(single.id).toBe(ids[0]?.[0]);

    const before = await api.rows();
    const other = { ...item, user_id: "bob" };
    const conflict = await api.post("/instances/batch", { instances: [expense, other] });
    expect(conflict.status).toBe(409);
    expect(conflict.object).toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
      errors: [{ path: "instances.1.idempotency_key" }],
    });
    expect(await api.rows()).toEqual(before);
  });

  test("says that the header means nothing here", async () => {
    const key = { "idempotency-key": "k" };
    const { status } = await api.post("/instances/batch", { instances: [expense] }, key);
    expect(status).toBe(400);
  });

  test("that loses a race for a key writes nothing of itself", async () => {
    const before = await api.rows();
    const batch = (note: string) => ({
      instances: [
        ...Array.from({ length: 20 }, () => expense),
        { ...expense, input_data: { note }, idempotency_key: "batch-race" },
      ],
    });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => api.post("/instances/batch", batch(`note ${n}`))),
    );
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([201, 409, 409, 409, 409, 409]);
    expect(await api.rows()).toMatchObject({
      instances: Number(before["instances"]) + 21,
      executions: Number(before["executions"]) + 21,
    });
  });
});
