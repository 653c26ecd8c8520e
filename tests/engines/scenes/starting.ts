import { HumanStep, MapGroup, type InstanceView } from "@drover/engine";
import { expect, test } from "vitest";
import { gives, type Bench, type Scenes } from "../bench.ts";

const UNKNOWN = "00000000-0000-7000-8000-000000000000";

/** Starting instances and finding them again. */
export function startingScenes(scenes: Scenes, bench: () => Bench): void {
  for (const version of ["2.0.0", "10.0.0", "9.1.0"]) {
    scenes.define({ name: "versioned", version, steps: { only: gives(version) } });
  }
  test("given several versions, then the newest by semantic version counts [scenarios 25, 26]", async () => {
    expect((await bench().run("versioned")).output).toBe("10.0.0");
  });
  test("given a version, then the instance is of that one [scenarios 24, G11]", async () => {
    const { id } = await bench().engine.start("versioned", {}, { version: "2.0.0" });
    expect(await bench().over(id)).toMatchObject({ workflowVersion: "2.0.0", output: "2.0.0" });
  });
  test("given an unknown name or version, then it is refused by name [scenarios 27, 84]", async () => {
    await expect(bench().engine.start("nobody_knows")).rejects.toMatchObject({
      code: "WORKFLOW_NOT_FOUND",
      message: expect.stringContaining("'nobody_knows'"),
    });
    await expect(bench().engine.start("versioned", {}, { version: "3.0.0" })).rejects.toMatchObject(
      { code: "WORKFLOW_NOT_FOUND" },
    );
  });

  const withInput = scenes.define<{ amount: number }>({
    name: "with_input",
    input: { type: "object", properties: { amount: { type: "number" } }, required: ["amount"] },
    steps: { only: gives() },
  });
  test("given an input that does not fit its schema, then nothing is started", async () => {
    await expect(bench().engine.start(withInput, { amount: "5" })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    const names = (await bench().engine.getAllInstances()).map((each) => each.workflowName);
    expect(names).not.toContain(withInput);
    expect((await bench().run(withInput, { amount: 5 })).status).toBe("completed");
  });

  const waits = scenes.define({ name: "started_and_waiting", steps: { person: new HumanStep() } });
  test("given a start, then the instance has name, version, data and metadata [scenarios 48, 71]", async () => {
    const options = { metadata: { source: "test", workflow_name: "another" }, userId: "alice" };
    const started = await bench().engine.start(waits, { a: [1, { b: null }] }, options);
    expect(started).toMatchObject({
      workflowName: waits,
      workflowVersion: "1.0.0",
      context: { a: [1, { b: null }] },
      metadata: { source: "test", workflow_name: waits, workflow_version: "1.0.0" },
      completedAt: null,
      output: null,
    });
    expect(started.startedAt).toBeInstanceOf(Date);
    await bench().waitsAt(started.id, "person");
    await bench().engine.cancel(started.id, "cleaned up");
  });

  test("given the same idempotency key, then it is the same instance", async () => {
    const idempotencyKey = `key-${crypto.randomUUID()}`;
    const first = await bench().engine.start(waits, { a: 1 }, { idempotencyKey });
    const second = await bench().engine.start(waits, { a: 1 }, { idempotencyKey });
    expect(second.id).toBe(first.id);
    await expect(bench().engine.start(waits, { a: 2 }, { idempotencyKey })).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
    await bench().engine.cancel(first.id, "cleaned up");
  });

  test("given instances that wait and that are over, then both kinds can be listed [scenario 68]", async () => {
    const { id: over } = await bench().run(withInput, { amount: 1 });
    const live = await bench().started(waits);
    const ids = (instances: readonly InstanceView[]) => instances.map((each) => each.id);
    const running = ids(await bench().engine.getRunningInstances());
    const all = ids(await bench().engine.getAllInstances());
    expect(running).toContain(live);
    expect(running).not.toContain(over);
    expect(all.indexOf(live)).toBeLessThan(all.indexOf(over));
    expect(all).toContain(over);
    await bench().engine.cancel(live, "cleaned up");
  });

  const long = scenes.define({
    name: "long_history",
    steps: { all: new MapGroup({ items: () => Array.from({ length: 120 }), step: gives() }) },
  });
  test("given a long history, then lists may hold its beginning, and the instance has all of it", async () => {
    const { id, history } = await bench().run(long);
    expect(history).toHaveLength(121);
    const all = await bench().engine.getAllInstances();
    const listed = all.find((each) => each.id === id)?.history ?? [];
    expect([100, 121]).toContain(listed.length);
    expect(listed).toEqual(history.slice(0, listed.length));
  });

  test("given an instance that is not there, then it is not found [scenarios 67, 81]", async () => {
    // An id of nobody's: all that is wanted of it is that nobody has it.
    const id = UNKNOWN as InstanceView["id"];
    const error = { code: "INSTANCE_NOT_FOUND" };
    await expect(bench().engine.getInstance(id)).rejects.toMatchObject(error);
    await expect(bench().engine.cancel(id, "no")).rejects.toMatchObject(error);
    await expect(bench().engine.signal(id, "no")).rejects.toMatchObject(error);
    await expect(bench().engine.skip(id, "no")).rejects.toMatchObject(error);
  });
}
