import { isJsonObject, type JsonObject } from "@drover/engine";
import { newId } from "@drover/db";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { createGuardedApi, type GuardedApi, idsIn } from "../testing/guarded-api.ts";

let api: GuardedApi;
/** One instance of each, which waits for a person. */
let acme: Awaited<ReturnType<GuardedApi["startTask"]>>;
let globex: typeof acme;
beforeAll(async () => {
  api = await createGuardedApi(inject("databaseUrl"));
});
afterAll(() => api.close());
beforeEach(async () => {
  acme = await api.startTask("acme");
  globex = await api.startTask("globex");
});

const start = { definition_name: "sample" };
const completion = { output_data: {}, completed_by: "eve" };

/** Every route for one instance or task; who adds such a route adds it here. */
const OF_ONE: [string, JsonObject?][] = [
  ["GET /instances/{id}"],
  ["GET /instances/{id}/history"],
  ["GET /instances/{id}/graph"],
  ["POST /instances/{id}/cancel", { reason: "mine" }],
  ["POST /instances/{id}/pause"],
  ["POST /instances/{id}/resume"],
  ["POST /instances/{id}/retry"],
  ["POST /instances/{id}/signals/go", { payload: 1 }],
  ["POST /instances/{id}/steps/human_a/skip"],
  ["POST /instances/{id}/steps/human_a/schedule"],
  ["GET /tasks/{task}"],
  ["POST /tasks/{task}/complete", completion],
  ["POST /tasks/{task}/reassign", { new_assignee: "eve" }],
];

/** An answer without what differs from request to request. */
function withoutIds(text: string): string {
  return text.replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, "id");
}

describe("given the id of another tenant's instance or task", () => {
  test("then everything that can be asked of it is 404, as if it were not there [scenario G12]", async () => {
    const before = await api.behind.rows();
    for (const [template, body] of OF_ONE) {
      const ask = (id: string, task: string) =>
        api.ask("globex", template.replace("{id}", id).replace("{task}", task), body);
      const theirs = await ask(acme.instance, acme.task);
      const nothing = await ask(newId(), newId());
      expect([template, theirs.status, nothing.status]).toEqual([template, 404, 404]);
      // Word for word, so that nobody can tell that the id is somebody's.
      expect(withoutIds(theirs.text)).toBe(withoutIds(nothing.text));
    }
    expect(await api.behind.rows()).toEqual(before);
  });

  test("then no route is left out of that [scenario G12]", async () => {
    const { object } = await api.behind.send("//openapi.json");
    const paths = isJsonObject(object.paths ?? null) ? Object.entries(object.paths ?? {}) : [];
    const ofOne = paths
      .filter(([path]) => /\/(instances|tasks)\/\{id\}/.test(path))
      .flatMap(([, methods]) => Object.keys(methods ?? {}));
    expect(ofOne).toHaveLength(OF_ONE.length);
  });

  test("then those whose it is, and who may do everything, still can [scenario G12]", async () => {
    for (const who of ["acme", "operator"] as const) {
      expect((await api.ask(who, `GET /instances/${acme.instance}`)).object).toMatchObject({
        tenant_id: "acme",
        status: "waiting",
      });
      expect((await api.ask(who, `GET /tasks/${acme.task}`)).status).toBe(200);
    }
    const mine = await api.ask("acme", `POST /tasks/${acme.task}/complete`, completion);
    expect([mine.status, mine.object.tenant_id]).toEqual([200, "acme"]);
    const paused = await api.ask("operator", `POST /instances/${globex.instance}/pause`);
    expect([paused.status, paused.object.status]).toEqual([200, "paused"]);
  });

  test("then instances of no tenant are not theirs either [scenario G12]", async () => {
    const { id } = await api.ask("operator", "POST /instances", start);
    expect((await api.ask("acme", `GET /instances/${id}`)).status).toBe(404);
    expect((await api.ask("operator", `GET /instances/${id}`)).object.tenant_id).toBeNull();
  });
});

describe("lists", () => {
  test("of instances and tasks show those of the key's tenant and count no others [scenario G12]", async () => {
    const instances = await api.ask("acme", "GET /instances?limit=100");
    const items = idsIn(instances.object.items);
    expect(items).toContain(acme.instance);
    expect(items).not.toContain(globex.instance);
    expect(instances.object.total).toBe(items.length);
    expect(new Set(JSON.stringify(instances.json).match(/"tenant_id":[^,]*/g))).toEqual(
      new Set(['"tenant_id":"acme"']),
    );
    const same = await api.ask("acme", "GET /instances?limit=100&tenant_id=acme");
    expect(same.json).toEqual(instances.json);

    const tasks = await api.ask("acme", "GET /tasks");
    expect(idsIn(tasks.json)).toContain(acme.task);
    expect(idsIn(tasks.json)).not.toContain(globex.task);
    expect(tasks.headers.get("x-total-count")).toBe(String(idsIn(tasks.json).length));
    const theirs = await api.ask("acme", `GET /tasks?instance_id=${globex.instance}`);
    expect([theirs.json, theirs.headers.get("x-total-count")]).toEqual([[], "0"]);

    const all = await api.ask("operator", "GET /instances?limit=100");
    expect(idsIn(all.object.items)).toEqual(
      expect.arrayContaining([acme.instance, globex.instance]),
    );
  });

  const others: [string, JsonObject?][] = [
    ["GET /instances?tenant_id=acme"],
    ["POST /instances", { ...start, tenant_id: "acme" }],
    ["POST /instances/batch", { instances: [start, { ...start, tenant_id: "acme" }] }],
    ["POST /instances/bulk", { action: "cancel", filter: { tenant_id: "acme" } }],
  ];
  test.each(others)(
    "%s with another tenant is 403 and does nothing [scenario G12]",
    async (request, body) => {
      const before = await api.behind.rows();
      const { status, object } = await api.ask("globex", request, body);
      expect([status, object.code]).toEqual([403, "FORBIDDEN"]);
      expect(await api.behind.rows()).toEqual(before);
    },
  );

  test("of a bulk action hold what is the key's tenant's alone [scenario G12]", async () => {
    const order = { action: "cancel", filter: { workflow_name: "sample" }, limit: 1_000 };
    const dry = await api.ask("globex", "POST /instances/bulk", { ...order, dry_run: true });
    expect(dry.object.instance_ids).toContain(globex.instance);
    expect(dry.object.instance_ids).not.toContain(acme.instance);
    const lines = await api.ask("globex", "POST /instances/bulk", order, {
      accept: "application/x-ndjson",
    });
    expect(lines.text).toContain(globex.instance);
    expect(lines.text).not.toContain(acme.instance);
    const status = async (id: string) =>
      (await api.ask("operator", `GET /instances/${id}`)).object.status;
    expect(await status(globex.instance)).toBe("canceled");
    expect(await status(acme.instance)).toBe("waiting");
    await api.ask("operator", `POST /instances/${acme.instance}/cancel`);
    const all = { ...order, action: "delete" };
    const deleted = await api.ask("globex", "POST /instances/bulk", all);
    expect(deleted.object.instance_ids).not.toContain(acme.instance);
    expect(await status(acme.instance)).toBe("canceled");
  });
});

describe("what is started", () => {
  test("belongs to the key's tenant, named or not, alone or in a batch [scenario G12]", async () => {
    const alone = await api.ask("acme", "POST /instances", start);
    expect([alone.status, alone.object.tenant_id]).toEqual([201, "acme"]);
    const named = await api.ask("acme", "POST /instances", { ...start, tenant_id: "acme" });
    expect([named.status, named.object.tenant_id]).toEqual([201, "acme"]);
    const batch = await api.ask("acme", "POST /instances/batch", {
      instances: [start, { ...start, tenant_id: null }],
    });
    expect(batch.object.items).toMatchObject([{ tenant_id: "acme" }, { tenant_id: "acme" }]);
    const free = await api.ask("operator", "POST /instances", { ...start, tenant_id: "initech" });
    expect([free.status, free.object.tenant_id]).toEqual([201, "initech"]);
  });

  test("under a key that another tenant has used is refused without telling what for [scenario G12]", async () => {
    const key = `order-${newId()}`;
    const headers = { "idempotency-key": key };
    const first = await api.ask("acme", "POST /instances", start, headers);
    expect(first.status).toBe(201);
    const before = await api.behind.rows();
    const refusals = [
      await api.ask("globex", "POST /instances", start, headers),
      await api.ask("globex", "POST /instances", { definition_name: "nothing" }, headers),
      await api.ask("globex", "POST /instances/batch", {
        instances: [start, { ...start, idempotency_key: key }],
      }),
    ];
    for (const refusal of refusals) {
      expect([refusal.status, refusal.object.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
      expect(refusal.text).not.toMatch(new RegExp(`${first.id}|acme`));
      expect(refusal.headers.get("location")).toBeNull();
    }
    expect(await api.behind.rows()).toEqual(before);
    for (const body of [start, { ...start, tenant_id: "acme" }]) {
      const again = await api.ask("acme", "POST /instances", body, headers);
      expect([again.status, again.id]).toEqual([201, first.id]);
    }
  });
});
