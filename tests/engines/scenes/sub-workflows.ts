import { HumanStep, MachineStep, SubWorkflowStep, type InstanceView } from "@drover/engine";
import { expect, test } from "vitest";
import { fails, gives, only, path, type Bench, type Scenes } from "../bench.ts";

/** Workflows that start workflows. */
export function subWorkflowScenes(scenes: Scenes, bench: () => Bench): void {
  const childrenOf = async (parent: InstanceView["id"]) =>
    (await bench().engine.getAllInstances()).filter(({ parentId }) => parentId === parent);

  scenes.define<{ number: number }>({
    name: "child_doubles",
    input: { type: "object", properties: { number: { type: "number" } }, required: ["number"] },
    steps: { double: new MachineStep({ execute: (context) => context.get("number", 0) * 2 }) },
  });
  const parent = scenes.define<{ number: number }>({
    name: "parent",
    steps: {
      ask: new SubWorkflowStep({
        workflow: "child_doubles",
        input: (context) => ({ number: context.get("number") ?? null }),
      }),
      after: new MachineStep({ execute: (context) => ({ got: context.get("_previous_result") }) }),
    },
    edges: ["ask -> after"],
  });
  test("given another workflow, then its output is the step's result", async () => {
    const ended = await bench().run(parent, { number: 21 });
    expect(ended).toMatchObject({ status: "completed", output: { got: 42 }, parentId: null });
    const [child] = await childrenOf(ended.id);
    expect(child).toMatchObject({ workflowName: "child_doubles", status: "completed", output: 42 });
  });
  test("given an input that the other one refuses, then the step fails with the reason", async () => {
    const ended = await bench().run(parent, {});
    expect(ended.status).toBe("failed");
    expect(ended.error).toContain("child_doubles");
    expect(await childrenOf(ended.id)).toEqual([]);
  });

  for (const version of ["1.0.0", "2.0.0"]) {
    scenes.define({ name: "child_versions", version, steps: { say: gives(version) } });
  }
  const parentOfVersions = scenes.define({
    name: "parent_of_versions",
    steps: {
      pinned: new SubWorkflowStep({ workflow: "child_versions", version: "1.0.0" }),
      latest: new SubWorkflowStep({ workflow: "child_versions" }),
      both: new MachineStep({
        execute: (context) => [context.result("pinned") ?? null, context.result("latest") ?? null],
      }),
    },
    edges: ["pinned -> latest", "latest -> both"],
  });
  test("given a version that is named, then that one is started, else the newest", async () => {
    const ended = await bench().run(parentOfVersions);
    expect(ended).toMatchObject({ status: "completed", output: ["1.0.0", "2.0.0"] });
  });

  scenes.define({ name: "child_fails", steps: { broken: fails("child broke") } });
  const parentOfFailing = scenes.define({
    name: "parent_of_failing",
    steps: {
      ask: new SubWorkflowStep({ workflow: "child_fails" }),
    },
  });
  test("given another workflow that fails, then so does the step, with its reason", async () => {
    const ended = await bench().run(parentOfFailing);
    expect(ended.status).toBe("failed");
    expect(ended.error).toContain("child broke");
    expect(only(ended, "ask").error?.type).toBe("SubWorkflowError");
  });

  scenes.define({ name: "child_waits", steps: { person: new HumanStep() } });
  const parentOfWaiting = scenes.define({
    name: "parent_of_waiting",
    steps: { ask: new SubWorkflowStep({ workflow: "child_waits" }) },
  });
  const withChild = async (): Promise<[InstanceView["id"], InstanceView["id"]]> => {
    const id = await bench().started(parentOfWaiting);
    await bench().waitsAt(id, "ask");
    const [child] = await childrenOf(id);
    if (child === undefined) throw new Error("there is no child");
    await bench().waitsAt(child.id, "person");
    return [id, child.id];
  };
  test("given a person's step in there, then the outer instance waits for it", async () => {
    const [id, child] = await withChild();
    await bench().engine.completeHumanTask(child, "person", "bob", { fine: true });
    expect((await bench().over(id)).output).toEqual({ fine: true });
  });
  test("given the outer instance is canceled, then so is the inner one [scenario 66]", async () => {
    const [id, child] = await withChild();
    await bench().engine.cancel(id, "no longer wanted");
    expect((await bench().over(child)).status).toBe("canceled");
    expect(await bench().tasks(child)).toEqual([]);
  });
  test("given the inner instance is canceled, then the outer one fails", async () => {
    const [id, child] = await withChild();
    await bench().engine.cancel(child, "not this one");
    const ended = await bench().over(id);
    expect(ended.status).toBe("failed");
    expect(ended.error).toContain("was canceled");
  });

  const careless = scenes.define({
    name: "careless_parent",
    steps: {
      send: new SubWorkflowStep({ workflow: "child_waits", wait: false }),
      after: new MachineStep({ execute: (context) => context.get("_previous_result") }),
    },
    edges: ["send -> after"],
  });
  test("given nobody waits for it, then the outer instance goes on at once", async () => {
    const ended = await bench().run(careless);
    expect(path(ended)).toEqual(["send", "after"]);
    const [child] = await childrenOf(ended.id);
    if (child === undefined) throw new Error("there is no child");
    expect(ended.output).toEqual({ instance_id: child.id });
    await bench().waitsAt(child.id, "person");
    await bench().engine.cancel(child.id, "cleaned up");
  });

  const endless = scenes.define({
    name: "endless",
    steps: { again: new SubWorkflowStep({ workflow: "endless" }) },
  });
  test("given a workflow that starts itself for ever, then it fails in words", async () => {
    const ended = await bench().run(endless);
    expect(ended.status).toBe("failed");
    expect(ended.error).toContain("nested in each other");
  });

  const unknown = scenes.define({
    name: "parent_of_unknown",
    steps: { ask: new SubWorkflowStep({ workflow: "nobody_knows" }), after: gives() },
    edges: ["ask -> after"],
  });
  test("given a workflow that is not there, then the step fails with its name", async () => {
    const ended = await bench().run(unknown);
    expect(ended.status).toBe("failed");
    expect(ended.error).toContain("'nobody_knows' not found");
  });
}
