import type { JsonObject } from "@drover/engine";
import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Answer, createTestApi, type TestApi } from "../testing/test-api.ts";

const NOWHERE = "00000000-0000-7000-8000-000000000000";
const NULL = "\\u0000";
const HALF_PAIR = "\\ud800";

let api: TestApi;
let task: string;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  await api.worker.register(aStructure(["human_review -> publish"], { name: "article" }));
  const { id } = await api.post("/instances", { definition_name: "article" });
  await api.worker.askPerson(id, "human_review");
  const { json } = await api.get("/tasks");
  task = (json as { id: string }[])[0]?.id ?? "";
});
afterAll(() => api.close());

/** A problem with that status, and nothing in the tables that was not there before. */
async function expectRefused(status: number, ask: () => Promise<Answer>): Promise<Answer> {
  const before = await api.rows();
  const answer = await ask();
  expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.object).toMatchObject({
    type: expect.stringMatching(/^urn:drover:problem:[a-z-]+$/),
    title: expect.stringMatching(/./),
    status,
    detail: expect.stringMatching(/./),
    instance: expect.stringMatching(/^\//),
    code: expect.stringMatching(/^[A-Z_]+$/),
    request_id: answer.headers.get("x-request-id"),
  });
  expect(answer.text.length).toBeLessThan(20_000);
  expect(await api.rows()).toEqual(before);
  return answer;
}

const start = (input: string) => `{"definition_name":"article","input_data":${input}}`;

/** Text as it stands in the body, and the status that it gets. */
const bodies: [string, string, number][] = [
  ["no JSON", "definition_name=article", 400],
  ["half of it", '{"definition_name": "article"', 400],
  ["two documents", '{"definition_name":"article"} {}', 400],
  ["a comment", '{"definition_name":"article" /* hello */}', 400],
  ["NaN", start('{"a":NaN}'), 400],
  ["a number beyond all bounds", start('{"a":1e400}'), 400],
  ["nothing", "", 400],
  ["null", "null", 400],
  ["a list", "[]", 400],
  ["a word", '"article"', 400],
  ["an empty object", "{}", 400],
  ["an unknown field", '{"definition_name":"article","priority":1}', 400],
  ["a prototype key", '{"definition_name":"article","__proto__":{"x":1}}', 400],
  ["constructor", '{"definition_name":"article","constructor":{"prototype":{}}}', 400],
  ["a name of another type", '{"definition_name":5}', 400],
  ["an empty name", '{"definition_name":""}', 400],
  ["a very long name", `{"definition_name":"${"x".repeat(256)}"}`, 400],
  ["a name with a null character", `{"definition_name":"article${NULL}"}`, 400],
  ["a name with half a pair", `{"definition_name":"article${HALF_PAIR}"}`, 400],
  ["a list for input", start("[1]"), 400],
  ["text for input", start('"x"'), 400],
  ["a null character deep inside", start(`{"a":[{"b":"x${NULL}"}]}`), 400],
  ["a null character in a key", start(`{"a${NULL}":1}`), 400],
  ["half a pair deep inside", start(`{"a":["${HALF_PAIR}"]}`), 400],
  ["half a pair in a key", start(`{"${HALF_PAIR}":1}`), 400],
  ["deep nesting", start(`{"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}`), 400],
  ["very deep nesting", "[".repeat(500_000), 400],
  ["deep objects", start(`${'{"a":'.repeat(300)}1${"}".repeat(300)}`), 400],
  [
    "many unknown fields",
    `{${Array.from({ length: 50_000 }, (_, n) => `"f${n}":1`).join(",")}}`,
    400,
  ],
  ["more than 1 MiB", start(`{"a":"${"x".repeat(1_100_000)}"}`), 413],
  ["an unknown workflow called __proto__", '{"definition_name":"__proto__"}', 404],
];

describe("a body with", () => {
  test.each(bodies)("%s is refused wherever it is sent", async (name, body, status) => {
    await expectRefused(status, () => api.post("/instances", body));
    // What is a wrong start may be a right payload; what cannot be read is refused everywhere.
    const unreadable = /null char|pair|JSON|half of it|two doc|comment|NaN|bounds|nesting|MiB/;
    const everywhere = ["/instances/batch", `/tasks/${task}/complete`, `/tasks/${task}/reassign`];
    if (unreadable.test(name)) everywhere.push("/webhooks/token", `/instances/${NOWHERE}/cancel`);
    const elsewhere = status === 404 ? 400 : status;
    for (const path of everywhere) await expectRefused(elsewhere, () => api.post(path, body));
  });

  test("invalid UTF-8 is refused", async () => {
    const body = Buffer.concat([
      Buffer.from('{"definition_name":"'),
      Buffer.from([0xff, 0xfe, 0x22, 0x7d]),
    ]);
    const headers = { "content-type": "application/json" };
    const answer = await expectRefused(400, () =>
      api.send("/instances", { method: "POST", headers, body }),
    );
    expect(answer.object.code).toBe("JSON_MALFORMED");
  });

  test("a byte less than 1 MiB is taken, a byte more is not", async () => {
    const filler = 1024 * 1024 - start('{"a":""}').length;
    const { status } = await api.post("/instances", start(`{"a":"${"x".repeat(filler)}"}`));
    expect(status).toBe(201);
    await expectRefused(413, () =>
      api.post("/instances", start(`{"a":"${"x".repeat(filler + 1)}"}`)),
    );
  });

  test("missing fields named, in the documents' words [scenario 86]", async () => {
    const { object } = await expectRefused(400, () => api.post("/instances", "{}"));
    expect(object).toMatchObject({
      detail: "Validation failed for POST /workflows/instances",
      errors: [
        { path: "definition_name", message: "Object missing required field `definition_name`" },
      ],
    });
  });

  test("malformed JSON says so", async () => {
    const { object } = await expectRefused(400, () => api.post("/instances", "{"));
    expect(object.detail).toMatch(/^JSON is malformed: /);
  });
});

describe("a media type", () => {
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "text/json",
    "nonsense",
  ];
  test.each(types)("%s is refused", async (type) => {
    const headers = { "content-type": type };
    for (const path of [
      "/instances",
      `/tasks/${task}/complete`,
      "/webhooks/x",
      `/instances/${NOWHERE}/cancel`,
    ]) {
      await expectRefused(415, () => api.post(path, '{"definition_name":"article"}', headers));
    }
  });

  test("must be named", async () => {
    const body = Buffer.from('{"definition_name":"article"}');
    await expectRefused(415, () => api.send("/instances", { method: "POST", body }));
  });

  const spellings = [
    "application/json; charset=utf-8",
    "application/json;",
    "application/json ;",
    "Application/JSON ; charset=latin1",
  ];
  test.each(spellings)("%s is JSON", async (type) => {
    const headers = { "content-type": type };
    const { status, id } = await api.post("/instances", { definition_name: "article" }, headers);
    expect(status).toBe(201);
    const canceled = await api.post(`/instances/${id}/cancel`, { reason: "x" }, headers);
    expect(canceled.status).toBe(200);
  });
});

describe("a query", () => {
  const queries: [string, string][] = [
    ...["0", "-1", "101", "1.5", "ten", "", "1e1", " 5", "99999999999", "%00"].map(
      (limit): [string, string] => [`/instances?limit=${limit}`, "limit"],
    ),
    ["/instances?limit=5&limit=6", "limit"],
    ["/instances?offset=-1", "offset"],
    ["/instances?offset=99999999", "offset"],
    ["/instances?status=COMPLETED", "status"],
    ["/instances?status=", "status"],
    ["/instances?workflow_name=", "workflow_name"],
    ["/instances?workflow_name=a%00b", "workflow_name"],
    ["/instances?tenant_id=a%00", "tenant_id"],
    [`/instances?created_by=${"x".repeat(256)}`, "created_by"],
    ["/instances?tenant=acme", "tenant"],
    ["/tasks?limit=1001", "limit"],
    ["/tasks?status=done", "status"],
    ["/tasks?instance_id=5", "instance_id"],
    ["/tasks?assignee_id=%00", "assignee_id"],
    ["/definitions?active_only=maybe", "active_only"],
    ["/definitions/article?version=%00", "version"],
    ["/definitions/article/graph?graph_format=%00", "graph_format"],
    ["/definitions/article/versions?verbose=1", "verbose"],
    [`/instances/${NOWHERE}?verbose=1`, "verbose"],
    [`/tasks/${NOWHERE}?verbose=1`, "verbose"],
    ["/queues?verbose=1", "verbose"],
    ["/definitions/a%00b", "name"],
    ["/definitions/a%00b/graph", "name"],
    ["/definitions/a%00b/versions", "name"],
  ];
  test.each(queries)("GET %s is refused", async (path, parameter) => {
    const { object } = await expectRefused(400, () => api.get(path));
    expect(object.errors).toMatchObject([{ path: parameter }]);
  });
});

describe("a query of a POST", () => {
  const posts: [string, JsonObject | undefined][] = [
    ["/definitions/article/versions/1.0.0/activate", undefined],
    ["/definitions/article/versions/1.0.0/deactivate", undefined],
    [`/instances/${NOWHERE}/cancel`, undefined],
    [`/tasks/${NOWHERE}/complete`, { output_data: {}, completed_by: "bob" }],
    [`/tasks/${NOWHERE}/reassign`, { new_assignee: "bob" }],
    ["/instances", { definition_name: "article" }],
    ["/instances/batch", { instances: [{ definition_name: "article" }] }],
  ];
  test.each(posts)("to %s is refused", async (path, body) => {
    const { object } = await expectRefused(400, () => api.post(`${path}?dry_run=1`, body));
    expect(object.errors).toEqual([{ path: "dry_run", message: "Unknown field `dry_run`" }]);
  });
});

describe("a path", () => {
  const gone: [string, string][] = [
    ["GET", "/instances/%00"],
    ["GET", "/instances/..%2f..%2fetc"],
    ["GET", "/instances/%E0%A4%A"],
    ["GET", `/instances/${NOWHERE}x`],
    ["GET", `/instances/${"x".repeat(5_000)}`],
    ["GET", "/instances/' or 1=1 --"],
    ["GET", "/tasks/%00"],
    ["GET", "/tasks/{id}"],
    ["GET", "/nothing"],
    ["DELETE", `/instances/${NOWHERE}`],
    ["PUT", "/instances"],
    ["GET", "//nothing"],
    ["GET", "//docs/../../package.json"],
    ["GET", "//docs/package.json"],
  ];
  test.each(gone)("%s %s is not found", async (method, path) => {
    await expectRefused(404, () => api.send(path, { method }));
  });

  const posts: [string, string][] = [
    ["/webhooks/%00", "CALLBACK_NOT_FOUND"],
    [`/webhooks/${"x".repeat(10_000)}`, "CALLBACK_NOT_FOUND"],
    ["/instances/%00/cancel", "INSTANCE_NOT_FOUND"],
    ["/tasks/%00/complete", "TASK_NOT_FOUND"],
  ];
  test.each(posts)("POST %s is not found", async (path, code) => {
    const body = path.startsWith("/tasks")
      ? { output_data: {}, completed_by: "bob" }
      : path.startsWith("/instances")
        ? { reason: "x" }
        : {};
    const { object } = await expectRefused(404, () => api.post(path, body));
    expect(object.code).toBe(code);
  });
});
