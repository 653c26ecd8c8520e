import { asId, type ExecutionId } from "@drover/engine";
import { newId } from "@drover/db";
import { StepQueue } from "@drover/queue";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createGuardedApi, type GuardedApi, SECRETS } from "../testing/guarded-api.ts";
import { isOpenToStrangers } from "./open-to-strangers.ts";

let api: GuardedApi;
let queue: StepQueue;
beforeAll(async () => {
  const location = { backend: "redis", url: inject("redisUrl") } as const;
  queue = new StepQueue({ location, prefix: `guards-${newId()}` });
  api = await createGuardedApi(inject("databaseUrl"), () => queue);
  await queue.enqueue([{ executionId: asId<ExecutionId>(newId()), attempt: 1 }]);
});
afterAll(async () => {
  await api.close();
  await queue.bullQueue.obliterate({ force: true });
  await queue.close();
});

const INSTANCES = "/workflows/instances";

/** The status of a request whose header has these lines, and whose path is sent as it is. */
async function statusOf(path: string, ...authorization: readonly string[]): Promise<number> {
  const lines = authorization.flatMap((line) => ["authorization", line]);
  const sent = request(api.url, { path, headers: ["host", "api", ...lines] }).end();
  const [response]: IncomingMessage[] = await once(sent, "response");
  response?.resume();
  return response?.statusCode ?? 0;
}

/** The OpenAPI document; its validity is another test's business. */
async function readDocument() {
  return (await (await fetch(`${api.url}/openapi.json`)).json()) as {
    security: unknown;
    components: { securitySchemes: unknown };
    paths: Record<string, Record<string, { security?: unknown; responses: unknown }>>;
  };
}

describe("given keys", () => {
  test("then every route but webhooks and health refuses who has none [scenario 98]", async () => {
    const document = await readDocument();
    const open: string[] = [];
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        const filled = path.replaceAll(/\{\w+\}/g, newId());
        const response = await fetch(`${api.url}${filled}`, { method: method.toUpperCase() });
        await response.text();
        if (response.status !== 401) open.push(`${method} ${path}`);
      }
    }
    expect(open.toSorted()).toEqual([
      "get /health/live",
      "get /health/ready",
      "post /workflows/webhooks/{token}",
    ]);
  });

  test("then a refusal is a problem that says how to be let in, and nothing is written [scenario 98]", async () => {
    const before = await api.behind.rows();
    const body = { definition_name: "sample" };
    const { status, headers, object: problem } = await api.ask(null, "POST /instances", body);
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toBe("Bearer");
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(problem).toMatchObject({
      code: "UNAUTHORIZED",
      type: "urn:drover:problem:unauthorized",
    });
    expect(await api.behind.rows()).toEqual(before);
    // Bodies of strangers are not even looked at.
    const wrong = { headers: { "content-type": "text/plain" }, method: "POST", body: "{" };
    expect((await fetch(`${api.url}${INSTANCES}`, wrong)).status).toBe(401);
  });

  test.each([
    ["nothing", "", 401],
    ["another secret", "Bearer operator-0123456780", 401],
    ["the beginning of a secret", `Bearer ${SECRETS.operator.slice(0, 16)}`, 401],
    ["a secret with its tenant", `Bearer ${SECRETS.acme}@acme`, 401],
    ["the secret alone", SECRETS.operator, 401],
    ["no secret", "Bearer ", 401],
    ["two secrets", `Bearer ${SECRETS.operator} ${SECRETS.acme}`, 401],
    ["another scheme", `Basic ${btoa(`:${SECRETS.operator}`)}`, 401],
    ["a scheme that begins like ours", `Bearerx ${SECRETS.operator}`, 401],
    ["a secret in capitals", `Bearer ${SECRETS.operator.toUpperCase()}`, 401],
    ["the key", `Bearer ${SECRETS.operator}`, 200],
    ["the key of a tenant", `Bearer ${SECRETS.acme}`, 200],
    // Schemes are the same in any case (RFC 9110).
    ["the key under a scheme in small letters", `bearer ${SECRETS.operator}`, 200],
    ["a wrong key under a scheme in small letters", "bearer operator-0123456780", 401],
  ])("then who sends %s is answered as is due [scenario 98]", async (_, header, status) => {
    expect(await statusOf(INSTANCES, header)).toBe(status);
  });

  test("then several headers are none, whatever they hold [scenario 98]", async () => {
    const right = `Bearer ${SECRETS.operator}`;
    const wrong = "Bearer operator-0123456780";
    expect(await statusOf(INSTANCES, right)).toBe(200);
    for (const lines of [
      [right, right],
      [wrong, right],
      [right, wrong],
      [`Bearer ${SECRETS.acme}`, right],
    ]) {
      expect(await statusOf(INSTANCES, ...lines)).toBe(401);
    }
  });

  test("then no other way to write a path leads past them [scenario 98]", async () => {
    for (const path of [
      "/workflows",
      "/workflows/",
      "/workflows//instances",
      "/%77orkflows/instances",
      "/workflows/%69nstances",
      "/workflows/webhooks/../instances",
      "/workflows/webhooks/%2e%2e/instances",
      "/workflows/webhooks/x/../../instances",
      "/workflows/webhooks/..%2Finstances",
      "/workflows/webhooks/x",
      "/workflows/nothing",
    ]) {
      expect([path, await statusOf(path)]).toEqual([path, 401]);
    }
  });

  test("then callbacks need their token alone [scenario 98]", async () => {
    const { status, object } = await api.ask(null, "POST /webhooks/unknown", { paid: true });
    expect([status, object.code]).toEqual([404, "CALLBACK_NOT_FOUND"]);
  });

  test("then health and the documents are for everybody, and say what to give [scenario 98]", async () => {
    for (const path of ["/health/live", "/health/ready", "/docs", "/openapi.json"]) {
      expect([path, (await fetch(`${api.url}${path}`)).status]).toEqual([path, 200]);
    }
    const document = await readDocument();
    expect(document.security).toEqual([{ key: [] }]);
    expect(document).toMatchObject({
      components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
      paths: {
        "/workflows/webhooks/{token}": { post: { security: [] } },
        "/workflows/queues": { get: { responses: { 401: {}, 403: {} } } },
      },
    });
  });

  test("then no secret gets into the log or an answer [scenario 98]", async () => {
    const wrong = "wrong-0123456789abcdef";
    const answers = await Promise.all([
      api.ask("acme", "GET /queues"),
      api.ask("acme", "GET /nothing"),
      api.ask("operator", "POST /instances", { definition_name: "nothing" }),
      api.ask(null, "GET /instances", undefined, { authorization: `Bearer ${wrong}` }),
    ]);
    const told = [...api.behind.log, ...answers.map((answer) => answer.text)].join("\n");
    for (const secret of [wrong, ...Object.values(SECRETS)]) expect(told).not.toContain(secret);
  });
});

describe("what concerns all tenants", () => {
  test.each([
    "GET /queues",
    "POST /definitions/sample/versions/1.0.0/deactivate",
    "POST /definitions/sample/versions/1.0.0/activate",
  ])("%s takes a key without a tenant [scenarios 98, G12]", async (path) => {
    const { status, object } = await api.ask("acme", path);
    expect([status, object.code]).toEqual([403, "FORBIDDEN"]);
    expect((await api.ask("operator", path)).status).toBe(200);
  });

  test("definitions are read by all [scenario G12]", async () => {
    for (const path of ["", "/sample", "/sample/versions", "/sample/graph"]) {
      expect((await api.ask("acme", `GET /definitions${path}`)).status).toBe(200);
    }
  });

  test("the queue board takes such a key as a password [scenarios 98, G12]", async () => {
    const basic = (secret: string) => ({ authorization: `Basic ${btoa(`me:${secret}`)}` });
    const open = (path: string, headers = {}) =>
      fetch(`${api.url}/admin/queues${path}`, { headers, redirect: "manual" });
    for (const path of ["", "/", "/api/queues", "/static/nothing.js"]) {
      const refused = await open(path);
      expect([path, refused.status]).toEqual([path, 401]);
      expect(refused.headers.get("www-authenticate")).toMatch(/^Basic realm="Drover"/);
    }
    expect((await open("", basic("wrong-0123456789"))).status).toBe(401);
    expect((await open("", { authorization: `Bearer ${SECRETS.operator}` })).status).toBe(401);
    expect((await open("/api/queues", basic(SECRETS.acme))).status).toBe(403);
    expect((await open("", basic(SECRETS.operator))).status).toBe(200);
    expect((await open("/api/queues", basic(SECRETS.operator))).status).toBe(200);
  });
});

test.each([
  ["127.0.0.1", false],
  ["127.8.0.1", false],
  ["::1", false],
  ["localhost", false],
  ["0.0.0.0", true],
  ["::", true],
  ["127.example.com", true],
  ["10.0.0.1", true],
])("without keys, on %s everybody may come in over the network: %s", (host, open) => {
  expect(isOpenToStrangers({ host, apiKeys: [] })).toBe(open);
  const apiKeys = [{ secretHash: Buffer.alloc(32), tenantId: null }];
  expect(isOpenToStrangers({ host, apiKeys })).toBe(false);
});
