import { HumanStep, type ExecutionEngine, type InstanceId } from "@drover/engine";
import { expect, test } from "vitest";
import { type Bench, type Scenes } from "../bench.ts";

const LONG = "x".repeat(256);
const NULL_CHARACTER = "a\u0000b";

type Call = (engine: ExecutionEngine, id: InstanceId) => Promise<unknown>;

/** What cannot be kept is refused in words before anything is written. */
export function refusalScenes(scenes: Scenes, bench: () => Bench): void {
  const workflow = scenes.define({ name: "refusing", steps: { person: new HumanStep() } });

  // What can be no id is no id of anything that is there; the brand is a promise of types alone.
  const noId = "no id" as InstanceId;
  test.each<[string, Call]>([
    ["getInstance", (engine) => engine.getInstance(noId)],
    ["cancel", (engine) => engine.cancel(noId, "why")],
    ["pause", (engine) => engine.pause(noId)],
    ["resume", (engine) => engine.resume(noId)],
    ["retry", (engine) => engine.retry(noId)],
    ["skip", (engine) => engine.skip(noId, "person")],
    ["signal", (engine) => engine.signal(noId, "go")],
    ["scheduleStep", (engine) => engine.scheduleStep(noId, "person")],
    ["completeHumanTask", (engine) => engine.completeHumanTask(noId, "person", "bob", {})],
  ])("given what can be no id, then %s does not find the instance", async (_, call) => {
    await expect(call(bench().engine, noId)).rejects.toMatchObject({
      code: "INSTANCE_NOT_FOUND",
    });
  });

  const complete = (step: string, user: string, comment?: string): Call => {
    return (engine, id) => engine.completeHumanTask(id, step, user, {}, comment);
  };
  test.each<[string, string, Call]>([
    ["workflow", "a long name", (engine) => engine.start(LONG)],
    ["version", "a long one", (engine) => engine.start(workflow, {}, { version: LONG })],
    ["userId", "an empty one", (engine) => engine.start(workflow, {}, { userId: "" })],
    ["tenantId", "a long one", (engine) => engine.start(workflow, {}, { tenantId: LONG })],
    [
      "correlationId",
      "a null character",
      (engine) => engine.start(workflow, {}, { correlationId: NULL_CHARACTER }),
    ],
    [
      "idempotencyKey",
      "a long one",
      (engine) => engine.start(workflow, {}, { idempotencyKey: LONG }),
    ],
    ["reason", "an empty one", (engine, id) => engine.cancel(id, "")],
    ["reason", "a long one", (engine, id) => engine.cancel(id, "x".repeat(1_001))],
    ["name", "an empty signal", (engine, id) => engine.signal(id, "")],
    ["name", "a long signal", (engine, id) => engine.signal(id, LONG)],
    ["id", "a long signal's id", (engine, id) => engine.signal(id, "go", null, { id: LONG })],
    ["userId", "a long one", complete("person", LONG)],
    ["userId", "a null character", complete("person", NULL_CHARACTER)],
    ["stepName", "a null character", complete(NULL_CHARACTER, "bob")],
    ["comment", "a long one", complete("person", "bob", "x".repeat(10_001))],
    ["stepName", "an empty one", (engine, id) => engine.skip(id, "")],
    ["stepName", "an empty one", (engine, id) => engine.scheduleStep(id, "")],
    ["delay", "200 years", (engine, id) => engine.scheduleStep(id, "person", { days: 73_000 })],
    [
      "fromStep",
      "a null character",
      (engine, id) => engine.resume(id, { fromStep: NULL_CHARACTER }),
    ],
    ["fromStep", "an empty one", (engine, id) => engine.retry(id, { fromStep: "" })],
    ["userId", "a null character", (engine) => engine.getPendingTasks(NULL_CHARACTER)],
  ])("given for '%s' %s, then it is refused by its name", async (field, _, call) => {
    const id = await bench().started(workflow);
    await bench().waitsAt(id, "person");
    await expect(call(bench().engine, id)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      field,
      message: expect.stringContaining(`'${field}'`),
    });
    expect((await bench().engine.cancel(id, "cleaned up")).status).toBe("canceled");
  });
}
