import { HumanStep, MachineStep, WebhookStep } from "@drover/engine";
import { expect, test } from "vitest";
import { path, type Bench, type Scenes } from "../bench.ts";

const NOBODY = "00000000-0000-7000-8000-000000000000";

/** Human tasks and callbacks. */
export function peopleScenes(scenes: Scenes, bench: () => Bench): void {
  const approval = scenes.define<{ boss: string; approved: boolean; verdict: string }>({
    name: "approval",
    steps: {
      approve: new HumanStep({
        title: "Approve",
        assigneeKey: "boss",
        formSchema: {
          type: "object",
          properties: { approved: { type: "boolean" } },
          required: ["approved"],
        },
      }),
      process: new MachineStep({
        execute: (context) => context.set("verdict", context.get("approved") ? "yes" : "no"),
      }),
    },
    edges: ["approve -> process"],
  });
  const waiting = async () => {
    const id = await bench().started(approval, { boss: "bob" });
    await bench().waitsAt(id, "approve");
    return id;
  };

  test("given a person's step, then the instance waits there, and completing goes on [scenarios 50, 51, 52]", async () => {
    const id = await waiting();
    expect(await bench().engine.getInstance(id)).toMatchObject({
      status: "waiting",
      currentStep: "approve",
    });
    const [task] = await bench().tasks(id);
    expect(task).toMatchObject({
      stepName: "approve",
      title: "Approve",
      assigneeId: "bob",
      status: "pending",
    });
    await bench().engine.completeHumanTask(id, "approve", "bob", { approved: true }, "fine");
    const ended = await bench().over(id);
    expect(ended.context).toEqual({ boss: "bob", approved: true, verdict: "yes" });
    expect(path(ended)).toEqual(["approve", "process"]);
    expect(await bench().tasks(id)).toEqual([]);
  });

  test("given another step than the one that waits, then the error names the awaited one [scenario 54]", async () => {
    const id = await waiting();
    await expect(
      bench().engine.completeHumanTask(id, "process", "bob", { approved: true }),
    ).rejects.toMatchObject({
      code: "INSTANCE_NOT_WAITING",
      message: `Instance '${id}' is waiting at step 'approve', not 'process'`,
    });
  });

  test("given that nobody waits any more, then completing is refused in words [scenario 53]", async () => {
    const id = await waiting();
    await bench().engine.completeHumanTask(id, "approve", "bob", { approved: true });
    await bench().over(id);
    await expect(
      bench().engine.completeHumanTask(id, "approve", "bob", { approved: true }),
    ).rejects.toMatchObject({
      code: "INSTANCE_NOT_WAITING",
      message: `Instance '${id}' is not waiting (status: completed)`,
    });
  });

  test("given a wrong form or a stranger, then nothing is completed [scenarios 94, G13, G14]", async () => {
    const id = await waiting();
    await expect(
      bench().engine.completeHumanTask(id, "approve", "bob", { approved: "perhaps" }),
    ).rejects.toMatchObject({ code: "FORM_INVALID" });
    await expect(
      bench().engine.completeHumanTask(id, "approve", "eve", { approved: true }),
    ).rejects.toMatchObject({ code: "TASK_UNAUTHORIZED" });
    expect(await bench().tasks(id)).toHaveLength(1);
  });

  test("given an instance that is not there, then it is not found [scenarios 67, 81, 89]", async () => {
    await expect(
      bench().engine.completeHumanTask(idOf(NOBODY), "approve", "bob", {}),
    ).rejects.toMatchObject({ code: "INSTANCE_NOT_FOUND" });
  });

  const anybody = scenes.define({ name: "anybody", steps: { help: new HumanStep() } });
  test("given a user, then its open tasks are its own and nobody's [scenario 79]", async () => {
    const own = await waiting();
    const free = await bench().started(anybody);
    await bench().waitsAt(free, "help");
    const forEve = (await bench().engine.getPendingTasks("eve")).map((task) => task.instanceId);
    const forBob = (await bench().engine.getPendingTasks("bob")).map((task) => task.instanceId);
    expect(forEve).toContain(free);
    expect(forEve).not.toContain(own);
    expect(forBob).toEqual(expect.arrayContaining([own, free]));
  });

  const callback = scenes.define<{ token: string; payment: unknown }>({
    name: "callback",
    steps: {
      pay: new WebhookStep({
        callbackKey: "payment",
        getCallbackToken: (context) => context.get("token", ""),
      }),
      book: new MachineStep({ execute: (context) => context.get("_previous_result") }),
    },
    edges: ["pay -> book"],
  });
  test("given a callback, then its payload is under its key and it counts once [scenarios 47, G9]", async () => {
    const token = `payment-${crypto.randomUUID()}`;
    await expect(bench().callBack(token, {})).rejects.toMatchObject({ code: "CALLBACK_NOT_FOUND" });
    const id = await bench().started(callback, { token });
    await bench().waitsAt(id, "pay");
    await bench().callBack(token, { paid: 5 });
    await expect(bench().callBack(token, { paid: 6 })).rejects.toMatchObject({
      code: "CALLBACK_ALREADY_USED",
    });
    const ended = await bench().over(id);
    expect(ended).toMatchObject({ context: { payment: { paid: 5 } }, output: { paid: 5 } });
  });

  test("given a token that is awaited already, then the second step fails with the reason", async () => {
    const token = `twice-${crypto.randomUUID()}`;
    const first = await bench().started(callback, { token });
    await bench().waitsAt(first, "pay");
    const second = await bench().run(callback, { token });
    expect(second.status).toBe("failed");
    expect(second.error).toContain("already waits for a callback");
    await bench().callBack(token, {});
    expect((await bench().over(first)).status).toBe("completed");
  });
}

function idOf(text: string): Parameters<Bench["over"]>[0] {
  // An id of nobody's: all that is wanted of it is that nobody has it.
  return text as Parameters<Bench["over"]>[0];
}
