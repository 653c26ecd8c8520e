import { expect, test } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import type { Instance } from "../support/api-shapes.ts";
import { testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { TOO_LONG_TO_TELL } from "../support/queued-start.ts";
import { API_POINTS } from "./fault-point-table.ts";

const drover = useDrover({ workflows: [testWorkflows("pointed-work")], apis: 0, workers: 1 });

/** Milliseconds: an API is started twice, and work may have to wait for the sweeper. */
const CASE_PATIENCE = 300_000;
const PATIENCE = 90_000;

interface Scene {
  readonly workflow: string;
  readonly steps: readonly string[];
  readonly ends: "completed" | "canceled";
  /** Whether the instance waits at this step, so that it can be acted on; "" for no need to. */
  readonly waitsAt: string;
  /** What is asked of the API that dies, and of the next one. @returns the status */
  readonly act: (api: ApiClient, id: string) => Promise<number>;
  /** What the second answer may be where the first one had been heard. */
  readonly known: number;
}

const SCENES: Readonly<Record<string, Scene>> = {
  task: {
    workflow: "pointed_person",
    steps: ["asked succeeded", "last succeeded"],
    ends: "completed",
    waitsAt: "asked",
    act: async (api, id) => {
      const path = `/tasks?instance_id=${id}&status=pending`;
      const { body } = await api.request<readonly { readonly id: string }[]>("GET", path);
      const [task] = body;
      // Answered before: there is nothing open to answer.
      if (task === undefined) return 409;
      return (await api.complete(task.id, "someone", {})).status;
    },
    known: 409,
  },
  callback: {
    workflow: "pointed_callback",
    steps: ["called succeeded", "last succeeded"],
    ends: "completed",
    waitsAt: "called",
    act: async (api, id) => (await api.callBack(`pointed-${id}`, { any: "thing" })).status,
    known: 409,
  },
  signal: {
    workflow: "pointed_signal",
    steps: ["signaled succeeded", "last succeeded"],
    ends: "completed",
    waitsAt: "signaled",
    act: async (api, id) => (await api.act(id, "signals/signaled", { id: "once" })).status,
    known: 202,
  },
  steering: {
    workflow: "pointed_signal",
    steps: ["signaled canceled"],
    ends: "canceled",
    waitsAt: "signaled",
    act: async (api, id) => (await api.cancel(id, "no longer wanted")).status,
    known: 409,
  },
};

/** Asks an API that dies of it. @returns the status where it answered all the same, else null */
async function askToDeath(ask: () => Promise<number>): Promise<number | null> {
  try {
    return await ask();
  } catch {
    return null;
  }
}

async function start(api: ApiClient, workflow: string, directory: string, key: string) {
  const input = { directory, ...(key.includes("enqueue") && TOO_LONG_TO_TELL) };
  const answer = await api.request<{ items: Instance[] }>("POST", "/instances/batch", {
    instances: [{ definition_name: workflow, input_data: input, idempotency_key: key }],
  });
  return { status: answer.status, id: answer.body.items[0]?.id ?? "" };
}

/** What has become of an instance, once it is over. */
async function untilOver(id: string): Promise<readonly [string | undefined, ...string[]]> {
  const { rows } = drover();
  const isOver = async () =>
    ["completed", "canceled", "failed"].includes((await rows.status(id)) ?? "");
  await eventually("the work has ended", isOver, PATIENCE);
  const steps = await rows.executions(id);
  return [await rows.status(id), ...steps.map(({ stepName, status }) => `${stepName} ${status}`)];
}

const isStart = (point: string) => point.includes("start") || point.includes("enqueue");

test.concurrent.for([...API_POINTS.filter(isStart), "before-enqueue", "after-enqueue"])(
  "the API dies at %s: who asks again with the same key gets one instance, which is run once",
  { timeout: CASE_PATIENCE },
  async (point) => {
    using journal = new Journal();
    const { directory } = journal;
    const { program, client } = await drover().addApi(`${point}=crash`);
    const begin = (api: ApiClient) => start(api, "pointed_chain", directory, point);
    const heard = await askToDeath(async () => (await begin(client)).status);
    await eventually("the API has come to its fault", () => !program.isRunning, PATIENCE);
    // Only what is told to the queue is told behind the answer.
    if (!point.includes("enqueue")) expect(heard).toBeNull();

    const { program: next, client: api } = await drover().addApi();
    const { status, id } = await begin(api);
    expect(status).toBe(201);
    expect(await untilOver(id)).toEqual([
      "completed",
      ...["one", "two", "three"].map((step) => `${step} succeeded`),
    ]);
    const ran = new Set(journal.entries.map(({ instance }) => instance));
    expect(ran).toEqual(new Set([id]));
    expect(journal.entriesOf(id, "ended").map(({ step }) => step)).toEqual(["one", "two", "three"]);
    await next.kill();
  },
);

test.concurrent.for(API_POINTS.filter((point) => !isStart(point)))(
  "the API dies at %s: what was asked counts once, whoever asks again",
  { timeout: CASE_PATIENCE },
  async (point) => {
    using journal = new Journal();
    const scene = Object.entries(SCENES).find(([name]) => point.includes(name))?.[1];
    if (scene === undefined) throw new Error(`nothing is known of ${point}`);
    const { program, client } = await drover().addApi(`${point}=crash`);
    const { id } = await start(client, scene.workflow, journal.directory, point);
    await eventually("it waits", async () => {
      const steps = await drover().rows.executions(id);
      return steps.some((row) => row.stepName === scene.waitsAt && row.status === "waiting");
    });
    expect(await askToDeath(() => scene.act(client, id))).toBeNull();
    await eventually("the API has come to its fault", () => !program.isRunning, PATIENCE);
    // What it had committed is known; nobody waits for the one who asked to ask again.
    if (point.startsWith("after")) {
      expect(await untilOver(id)).toEqual([scene.ends, ...scene.steps]);
    } else {
      expect(await drover().rows.status(id)).toBe("waiting");
    }

    const { program: next, client: api } = await drover().addApi();
    const status = await scene.act(api, id);
    if (point.startsWith("after")) expect(status).toBe(scene.known);
    else expect(status).toBeLessThan(300);
    expect(await untilOver(id)).toEqual([scene.ends, ...scene.steps]);
    await next.kill();
  },
);
