import { createStore, newId } from "@drover/db";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createApp } from "../app.ts";
import { RecordingQueue } from "../testing/recording-queue.ts";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  app = createApp({
    store: createStore(api.database),
    queries: api.database.queries,
    queue: new RecordingQueue(),
    logger: pino({ level: "silent" }),
    apiPrefix: "/api/flows",
    apiKeys: [],
    now: () => new Date(),
    newId,
  });
});
afterAll(() => api.close());

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { tags?: string[] }>>>>;
}

describe("an API under a path of its own", () => {
  test("is served there and nowhere else [scenario 99]", async () => {
    expect((await app.request("/api/flows/instances")).status).toBe(200);
    expect((await app.request("/workflows/instances")).status).toBe(404);
  });

  test("is described there, every route under a tag [scenario 99]", async () => {
    const response = await app.request("/openapi.json");
    // The document's validity is another test's business.
    const { paths } = (await response.json()) as Document;
    const routes = Object.entries(paths);
    expect(Object.keys(paths)).toContain("/api/flows/instances/{id}/cancel");
    expect(Object.keys(paths).some((path) => path.startsWith("/workflows"))).toBe(false);
    for (const [path, methods] of routes) {
      for (const { tags = [] } of Object.values(methods)) {
        expect({ path, tags: tags.length }).toEqual({ path, tags: 1 });
      }
    }
    const used = new Set(
      routes.flatMap(([, methods]) => Object.values(methods).flatMap(({ tags }) => tags ?? [])),
    );
    for (const tag of ["Workflow Definitions", "Workflow Instances", "Human Tasks"]) {
      expect(used).toContain(tag);
    }
  });
});
