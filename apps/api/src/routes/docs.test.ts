import { Validator } from "@seriousme/openapi-schema-validator";
import type { JsonObject, JsonValue } from "@drover/engine";
import { isJsonObject } from "@drover/engine";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
});
afterAll(() => api.close());

const at = (value: JsonValue | undefined, key: string): JsonObject => {
  const member = isJsonObject(value ?? null) ? (value as JsonObject)[key] : undefined;
  return isJsonObject(member ?? null) ? (member as JsonObject) : {};
};

describe("the OpenAPI document", () => {
  test("is valid OpenAPI 3.1", async () => {
    const { object } = await api.send("//openapi.json");
    const validator = new Validator();
    const { errors, valid } = await validator.validate(structuredClone(object));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(validator.version).toBe("3.1");
  });

  test("names every route", async () => {
    const { object } = await api.send("//openapi.json");
    const routes = Object.entries(at(object, "paths")).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map((method) => `${method} ${path}`),
    );
    expect(routes.toSorted((a, b) => a.localeCompare(b))).toEqual(
      [
        "get /health/live",
        "get /health/ready",
        "get /workflows/definitions",
        "get /workflows/definitions/{name}",
        "get /workflows/definitions/{name}/graph",
        "get /workflows/definitions/{name}/versions",
        "get /workflows/instances",
        "get /workflows/instances/{id}",
        "get /workflows/instances/{id}/graph",
        "get /workflows/instances/{id}/history",
        "get /workflows/queues",
        "get /workflows/tasks",
        "get /workflows/tasks/{id}",
        "post /workflows/definitions/{name}/versions/{version}/activate",
        "post /workflows/definitions/{name}/versions/{version}/deactivate",
        "post /workflows/instances",
        "post /workflows/instances/{id}/cancel",
        "post /workflows/instances/{id}/pause",
        "post /workflows/instances/{id}/resume",
        "post /workflows/instances/{id}/retry",
        "post /workflows/instances/{id}/signals/{name}",
        "post /workflows/instances/{id}/steps/{step_name}/schedule",
        "post /workflows/instances/{id}/steps/{step_name}/skip",
        "post /workflows/instances/bulk",
        "post /workflows/instances/batch",
        "post /workflows/tasks/{id}/complete",
        "post /workflows/tasks/{id}/reassign",
        "post /workflows/webhooks/{token}",
      ].toSorted((a, b) => a.localeCompare(b)),
    );
  });

  test("names the header for a key, which no schema of the route checks", async () => {
    const { object } = await api.send("//openapi.json");
    const start = at(at(at(object, "paths"), "/workflows/instances"), "post");
    expect(start["parameters"]).toMatchObject([
      { name: "idempotency-key", in: "header", required: false, schema: { type: "string" } },
    ]);
  });

  test("describes bodies, parameters and problems as they are", async () => {
    const { object } = await api.send("//openapi.json");
    const paths = at(object, "paths");
    const list = at(at(paths, "/workflows/instances"), "get");
    expect(list.parameters).toContainEqual({
      name: "limit",
      in: "query",
      required: false,
      schema: expect.objectContaining({ type: "integer", minimum: 1, maximum: 100, default: 50 }),
    });
    const start = at(at(paths, "/workflows/instances"), "post");
    expect(Object.keys(at(start, "responses"))).toEqual(
      expect.arrayContaining(["201", "400", "404", "409", "413", "415", "422", "503"]),
    );
    expect(at(at(start, "responses"), "503").description).toMatch(
      /cannot be reached, is too busy or takes no writes/,
    );
    const schema = at(at(at(object, "components"), "schemas"), "StartWorkflow");
    expect(schema).toMatchObject({ required: ["definition_name"], additionalProperties: false });
    expect(schema).toMatchObject({ properties: { input_data: { additionalProperties: true } } });
    const definition = at(at(at(object, "components"), "schemas"), "WorkflowDefinition");
    expect(definition.required).toContain("input_schema");
  });
});

describe("the docs page", () => {
  test("loads what it needs, and all of it from here", async () => {
    const { status, headers, text } = await api.send("//docs");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^text\/html/);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    const scripts = await api.send("//docs/start.js");
    expect(`${text}${scripts.text}`).not.toMatch(/https?:|"\/\//);
    const linked = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, path]) => `//${path ?? ""}`,
    );
    expect(linked).toHaveLength(4);
    for (const path of linked) {
      const asset = await api.send(path);
      expect([path, asset.status]).toEqual([path, 200]);
      expect(asset.text.length).toBeGreaterThan(50);
    }
  });

  test("is found with a slash at the end too", async () => {
    const { status, headers } = await api.send("//docs/?a=b");
    expect([status, headers.get("location")]).toEqual([308, "../docs?a=b"]);
  });

  test("gives away nothing else of the package it is from", async () => {
    for (const file of ["package.json", "swagger-ui.js", "../index.js", "%2e%2e/package.json"]) {
      expect((await api.send(`//docs/${file}`)).status).toBe(404);
    }
  });
});
