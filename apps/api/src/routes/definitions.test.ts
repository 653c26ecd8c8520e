import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  const edges = ["submit -> human_review", "human_review -> publish"];
  const versions = ["9.0.0", "10.0.0", "11.0.0", "10.0.0-beta.1", "10.1.0-beta.1"];
  await api.worker.register(
    ...versions.map((version) => aStructure(edges, { name: "article", version })),
    aStructure(edges, { name: "retired" }),
    aStructure([], {
      name: "detailed",
      description: "All there is",
      steps: [
        {
          name: "ask_boss",
          type: "human",
          description: "Ask",
          title: "May I?",
          formSchema: { type: "object" },
        },
        { name: "choose", type: "gateway", description: "", gatewayKind: "exclusive" },
        { name: "done", type: "machine", description: "" },
      ],
      edges: [
        { source: "ask_boss", target: "choose", condition: null },
        { source: "choose", target: "done", condition: "score >= 80" },
        { source: "choose", target: "ask_boss", condition: "conditional" },
      ],
      initialStep: "ask_boss",
      terminalSteps: ["done"],
    }),
  );
  await api.database.statements`
    update workflow_definitions set is_active = false where version = '11.0.0' or name = 'retired'`;
});
afterAll(() => api.close());

const shown = (definitions: unknown) =>
  (definitions as { name: string; version: string }[]).map(
    ({ name, version }) => `${name} ${version}`,
  );

describe("listing", () => {
  test.each(["", "?active_only=true", "?active_only=True", "?active_only=1"])(
    "shows the latest active version of each: %j [scenarios 80, 83]",
    async (query) => {
      const { status, json } = await api.get(`/definitions${query}`);
      expect(status).toBe(200);
      expect(shown(json)).toEqual(["article 10.0.0", "detailed 1.0.0"]);
    },
  );

  test("shows all versions, the newest first [scenario 83]", async () => {
    const { json } = await api.get("/definitions?active_only=false");
    expect(shown(json)).toEqual([
      "article 11.0.0",
      "article 10.1.0-beta.1",
      "article 10.0.0",
      "article 10.0.0-beta.1",
      "article 9.0.0",
      "detailed 1.0.0",
      "retired 1.0.0",
    ]);
    expect(json).toMatchObject([{ is_active: false }, { is_active: true }, {}, {}, {}, {}, {}]);
  });
});

describe("reading one", () => {
  test("shows its shape, names and details [scenario 83]", async () => {
    const { status, object } = await api.get("/definitions/detailed");
    expect(status).toBe(200);
    expect(object).toEqual({
      name: "detailed",
      version: "1.0.0",
      description: "All there is",
      steps: ["ask_boss", "choose", "done"],
      edges: [
        { source: "ask_boss", target: "choose", condition: null },
        { source: "choose", target: "done", condition: "score >= 80" },
        { source: "choose", target: "ask_boss", condition: "conditional" },
      ],
      initial_step: "ask_boss",
      terminal_steps: ["done"],
      step_details: [
        {
          name: "ask_boss",
          type: "human",
          description: "Ask",
          title: "May I?",
          form_schema: { type: "object" },
          is_initial: true,
          is_terminal: false,
        },
        { name: "choose", type: "gateway", description: "", is_initial: false, is_terminal: false },
        { name: "done", type: "machine", description: "", is_initial: false, is_terminal: true },
      ],
      input_schema: null,
      deadline: null,
      is_active: true,
    });
  });

  test.each([
    ["/definitions/article", "10.0.0", true],
    ["/definitions/article?version=9.0.0", "9.0.0", true],
    ["/definitions/article?version=11.0.0", "11.0.0", false],
    ["/definitions/retired", "1.0.0", false],
  ])("%s is version %s [scenarios 80, 83]", async (path, version, active) => {
    expect((await api.get(path)).object).toMatchObject({ version, is_active: active });
  });

  test.each([
    ["/definitions/nothing", "Workflow definition 'nothing' not found"],
    ["/definitions/nothing/graph", "Workflow definition 'nothing' not found"],
    ["/definitions/nothing/versions", "Workflow definition 'nothing' not found"],
    ["/definitions/__proto__", "Workflow definition '__proto__' not found"],
    [
      "/definitions/retired?version=2.0.0",
      "Workflow definition 'retired' version '2.0.0' not found. Available versions: 1.0.0",
    ],
  ])("%s is not found [scenario 84]", async (path, detail) => {
    const { status, headers, object } = await api.get(path);
    expect([status, object.detail, object.code]).toEqual([404, detail, "WORKFLOW_NOT_FOUND"]);
    expect(headers.get("content-type")).toBe("application/problem+json");
  });
});

test("versions come newest first, and say whether they are active", async () => {
  const { json } = await api.get("/definitions/article/versions");
  expect(shown(json)).toEqual([
    "article 11.0.0",
    "article 10.1.0-beta.1",
    "article 10.0.0",
    "article 10.0.0-beta.1",
    "article 9.0.0",
  ]);
  expect(json).toMatchObject([
    { is_active: false, created_at: expect.stringMatching(/Z$/) },
    {},
    {},
    {},
    {},
  ]);
});

describe("drawing one", () => {
  test("as Mermaid [scenario 85]", async () => {
    const { object } = await api.get("/definitions/detailed/graph");
    expect(object.mermaid_source).toBe(
      [
        "graph TD",
        "    ask_boss{{START: Ask Boss}}",
        "    choose{Choose}",
        "    done[END: Done]",
        "    ask_boss --> choose",
        "    choose -->|score = 80| done",
        "    choose -->|conditional| ask_boss",
      ].join("\n"),
    );
  });

  test("as data [scenario 85]", async () => {
    const { object } = await api.get("/definitions/detailed/graph?graph_format=json&version=1.0.0");
    expect(object).toMatchObject({
      mermaid_source: "",
      nodes: [
        { id: "ask_boss", label: "Ask Boss", type: "human", is_initial: true, is_terminal: false },
        { id: "choose" },
        { id: "done", is_terminal: true },
      ],
      edges: [{ source: "ask_boss", target: "choose" }, { condition: "score >= 80" }, {}],
    });
  });

  test("as nothing else [scenario 84]", async () => {
    const { status, object } = await api.get("/definitions/detailed/graph?graph_format=xml");
    expect([status, object.detail]).toEqual([404, "Unknown format: xml"]);
  });
});

describe("activating and deactivating", () => {
  const start = () => api.post("/instances", { definition_name: "seasonal", version: "1.0.0" });

  test("decides what can be started, and says so twice if asked twice [scenario 80]", async () => {
    await api.worker.register(aStructure(["a -> b"], { name: "seasonal" }));
    const path = "/definitions/seasonal/versions/1.0.0";
    for (const _ of ["once", "twice"]) {
      const { status, object } = await api.post(`${path}/deactivate`);
      expect([status, object.version, object.is_active]).toEqual([200, "1.0.0", false]);
    }
    expect((await start()).object.code).toBe("WORKFLOW_INACTIVE");
    expect((await api.post(`${path}/activate`)).object.is_active).toBe(true);
    expect((await start()).status).toBe(201);
  });

  test.each(["/definitions/nothing/versions/1.0.0", "/definitions/article/versions/1.2.3"])(
    "%s is not found",
    async (path) => {
      expect((await api.post(`${path}/deactivate`)).status).toBe(404);
    },
  );
});
