import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  DefinitionConflictError,
  HumanStep,
  type JsonObject,
  MachineStep,
  MemoryStore,
  WorkflowDefinition,
  WorkflowValidationError,
} from "@drover/engine";
import { newId } from "@drover/db";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SettingsError } from "@drover/settings";
import { readConfig } from "./config.ts";
import { registerDefinitions } from "./known-definitions.ts";
import { loadWorkflows, WorkflowModuleError } from "./load-workflows.ts";

const RIGHT = {
  DATABASE_URL: "postgres://localhost/drover",
  REDIS_URL: "redis://localhost:6379",
  WORKFLOWS: "a.ts, b.ts",
};

describe("readConfig", () => {
  test("given what is needed, then the rest has sensible defaults", () => {
    expect(readConfig(RIGHT)).toEqual({
      databaseUrl: RIGHT.DATABASE_URL,
      databaseTimeoutSeconds: 15,
      queue: { backend: "redis", url: RIGHT.REDIS_URL },
      queuePrefix: "drover",
      workflowModules: ["a.ts", "b.ts"],
      concurrency: 192,
      drainMilliseconds: 20_000,
      lostAfter: 5_000,
      maxLostAttempts: 5,
      retention: null,
      limits: { result: 1_048_576, context: 4_194_304 },
      logLevel: "info",
      faults: [],
    });
  });

  test("given no Redis and the Postgres backend, then the queue is in the database", () => {
    const { REDIS_URL: _, ...rest } = RIGHT;
    expect(readConfig({ ...rest, QUEUE_BACKEND: "postgres" }).queue).toEqual({
      backend: "postgres",
      url: RIGHT.DATABASE_URL,
    });
  });

  test.each([
    ["DATABASE_URL", "not a url"],
    ["DATABASE_URL", ""],
    ["REDIS_URL", "http://localhost"],
    ["REDIS_URL", ""],
    ["WORKFLOWS", ""],
    ["CONCURRENCY", "0"],
    ["CONCURRENCY", "many"],
    ["DRAIN_SECONDS", "-1"],
    ["LOST_AFTER_SECONDS", "1"],
    ["MAX_LOST_ATTEMPTS", "0"],
    ["RETENTION_DAYS", "0"],
    ["MAX_RESULT_SIZE", "1023"],
    ["MAX_CONTEXT_SIZE", "16777217"],
    ["LOG_LEVEL", "loud"],
    ["QUEUE_PREFIX", "a:b"],
    ["FAULT_POINTS", "after-clam=crash"],
  ])("given a wrong %s ('%s'), then it is named", (variable, value) => {
    expect(() => readConfig({ ...RIGHT, [variable]: value })).toThrow(SettingsError);
    expect(() => readConfig({ ...RIGHT, [variable]: value })).toThrow(variable);
  });
});

describe("loadWorkflows", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "drover-workflows-"));
    await writeFile(join(folder, "empty.mjs"), "export const answer = 42;");
    await writeFile(join(folder, "broken.mjs"), "throw new Error('no luck');");
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("given a module, then every definition that it exports is found once", async () => {
    const examples = fileURLToPath(import.meta.resolve("../../../examples/src/index.ts"));
    const names = (await loadWorkflows([examples, examples])).map(
      (found) => `${found.name} ${found.version}`,
    );
    expect(names).toContain("expense_approval 1.0.0");
    expect(new Set(names).size).toBe(names.length);
  });

  test.each([
    ["empty.mjs", "exports no WorkflowDefinition"],
    ["broken.mjs", "cannot be loaded: no luck"],
    ["missing.mjs", "cannot be loaded"],
  ])("given %s, then it is said what is wrong", async (file, message) => {
    const loading = loadWorkflows([join(folder, file)]);
    await expect(loading).rejects.toThrow(WorkflowModuleError);
    await expect(loading).rejects.toThrow(message);
  });
});

describe("registerDefinitions", () => {
  const logger = pino({ level: "silent" });
  const aStore = () => new MemoryStore({ now: () => new Date(), newId });
  const withForm = (pattern: string) =>
    new WorkflowDefinition({
      name: "sample",
      version: "1.0.0",
      steps: {
        ask: new HumanStep({
          formSchema: { type: "object", properties: { code: { type: "string", pattern } } },
        }),
        done: new MachineStep({ execute: () => null }),
      },
      edges: [{ source: "ask", target: "done" }],
      initialStep: "ask",
    });

  const withInput = (input: JsonObject) =>
    new WorkflowDefinition({
      name: "sample",
      version: "1.0.0",
      steps: { only: new MachineStep({ execute: () => null }) },
      edges: [],
      initialStep: "only",
      input,
    });

  test("given a right definition, then its code is found by the id of its row", async () => {
    const definition = withForm("^[A-Z]{2}$");
    const known = await registerDefinitions(aStore(), [definition], logger);
    const [id] = known.ids;
    expect(id === undefined ? undefined : known.get(id)).toBe(definition);
  });

  test("given two that share a name and version and differ, then nothing is registered", async () => {
    const store = aStore();
    const both = [withForm("^a$"), withInput({ type: "object" })];
    const registering = registerDefinitions(store, both, logger);
    await expect(registering).rejects.toThrow(DefinitionConflictError);
    await expect(registering).rejects.toThrow("step 'only' is new");
    expect(store.rows.definitions.size).toBe(0);
  });

  test("given a form whose pattern cannot be used, then nothing is registered", async () => {
    const store = aStore();
    const registering = registerDefinitions(store, [withForm("^(?=a)b$")], logger);
    await expect(registering).rejects.toThrow(WorkflowValidationError);
    await expect(registering).rejects.toThrow("Form of step 'ask'");
    expect(store.rows.definitions.size).toBe(0);
  });

  test.each([
    [{ type: "string", pattern: "^(?=a)b$" }, "Input schema has the pattern '^(?=a)b$'"],
    [{ $ref: "https://example.com/a.json" }, "Input schema refers to 'https://example.com/a.json'"],
  ])("given an input with the field %j, then nothing is registered", async (field, reason) => {
    const store = aStore();
    const definition = withInput({ type: "object", properties: { code: field } });
    const registering = registerDefinitions(store, [definition], logger);
    await expect(registering).rejects.toThrow(WorkflowValidationError);
    await expect(registering).rejects.toThrow(reason);
    await expect(registering).rejects.toThrow("(/properties/code)");
    expect(store.rows.definitions.size).toBe(0);
  });

  test("given an input schema that can be used, then the store has it", async () => {
    const store = aStore();
    const input = { type: "object", required: ["code"] };
    const { ids } = await registerDefinitions(store, [withInput(input)], logger);
    expect(ids.map((id) => store.rows.structure(id).inputSchema)).toEqual([input]);
  });
});
