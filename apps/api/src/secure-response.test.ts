import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { SECURE_HEADERS, SecureResponse } from "./secure-response.ts";
import { createGuardedApi, type GuardedApi } from "./testing/guarded-api.ts";

let api: GuardedApi;
beforeAll(async () => {
  api = await createGuardedApi(inject("databaseUrl"));
});
afterAll(() => api.close());

const told = (headers: Headers) =>
  Object.fromEntries(Object.keys(SECURE_HEADERS).map((name) => [name, headers.get(name)]));

test("they are what Hono would set", async () => {
  const app = new Hono().use(secureHeaders()).get("/", (context) => context.body(null));
  const { headers } = await app.request("/");
  expect(Object.fromEntries(headers)).toEqual(SECURE_HEADERS);
});

test.each([
  ["an instance that was started", "POST /instances", 201],
  ["a list", "GET /instances", 200],
  ["a refusal", "POST /instances/batch", 400],
  ["what is not there", "GET /nothing", 404],
])("given %s, then its answer has them", async (_, request, status) => {
  const body = request === "POST /instances" ? { definition_name: "sample" } : undefined;
  const sent = request.startsWith("POST") ? (body ?? {}) : undefined;
  const { status: found, headers } = await api.ask("operator", request, sent);
  expect([found, told(headers)]).toEqual([status, SECURE_HEADERS]);
});

test("given a page with headers of its own, then each is there once", async () => {
  const { headers } = await fetch(`${api.url}/docs`);
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(told(headers)).toEqual(SECURE_HEADERS);
});

test.each([
  ["a reason", ["Fine", { "x-frame-options": "DENY" }], "DENY"],
  ["names and values in a row", [["x-kind", "row"]], "SAMEORIGIN"],
  ["nothing", [], "SAMEORIGIN"],
] as const)(
  "given an answer that begins with %s, then it has them unless it says otherwise",
  async (_, parts, frames) => {
    const server = createServer({ ServerResponse: SecureResponse }, (_request, response) => {
      // Each is one of the ways in which Node is told how an answer begins.
      (response.writeHead as (status: number, ...rest: unknown[]) => void)(200, ...parts);
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    // A server that listens on a port has such an address.
    const { port } = server.address() as AddressInfo;
    const { headers } = await fetch(`http://127.0.0.1:${port}`);
    expect(told(headers)).toEqual({ ...SECURE_HEADERS, "x-frame-options": frames });
    server.close();
  },
);
