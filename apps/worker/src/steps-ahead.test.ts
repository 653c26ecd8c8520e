import {
  Edge,
  flowGraph,
  HumanStep,
  MachineStep,
  startInstance,
  WorkflowDefinition,
  type InstanceId,
  type LifecycleEvent,
  type Step,
  type WorkflowStore,
} from "@drover/engine";
import { createStore, type Database, newId, openDatabase } from "@drover/db";
import { processPorts } from "@drover/platform";
import { createTestDatabase, type TestDatabase } from "@drover/db/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { registerDefinitions } from "./known-definitions.ts";
import { LifecycleTeller } from "./lifecycle-teller.ts";
import { processStep, type StepServices } from "./process-step.ts";
import { BenchOfOne } from "./testing/bench-of-one.ts";

let testDatabase: TestDatabase;
let database: Database;
let store: WorkflowStore;
beforeAll(async () => {
  testDatabase = await createTestDatabase(inject("databaseUrl"));
  database = openDatabase(testDatabase.url, { applicationName: "steps-ahead-test" });
  store = createStore(database, 10_000);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** One worker over Postgres. */
class Worker {
  readonly #bench = new BenchOfOne();
  store = store;
  /** No step is slow because the machine is, unless a test wants to see what becomes of it. */
  timers: StepServices["ports"]["timers"] = { after: () => () => {} };
  readonly told: LifecycleEvent[] = [];
  readonly definition: WorkflowDefinition;

  constructor(steps: Record<string, Step>) {
    const names = Object.keys(steps);
    const edges = names.slice(1).map((name, index) => new Edge(names[index] ?? "", name));
    const [initialStep = ""] = names;
    const name = `w${newId()}`;
    this.definition = new WorkflowDefinition({ name, version: "1.0.0", steps, edges, initialStep });
    for (const type of ["step.started", "step.completed", "workflow.completed"] as const) {
      this.#bench.bus.on(type, (event) => void this.told.push(event));
    }
  }

  /** Starts an instance and works on its first job, until its branch is over. */
  async run(lostBefore = 0): Promise<InstanceId> {
    const { services: ofBench, logger } = this.#bench;
    const definitions = await registerDefinitions(this.store, [this.definition], logger);
    const lifecycle = new LifecycleTeller(this.#bench.bus, definitions, ofBench.ports.now);
    const ports = { ...ofBench.ports, monotonic: () => 0, timers: this.timers };
    const services: StepServices = { ...ofBench, store: this.store, definitions, lifecycle, ports };
    const [definitionId] = definitions.ids;
    if (definitionId === undefined) throw new Error("it got no id");
    const nothing = { metadata: {}, correlationId: null, createdBy: null, tenantId: null };
    const request = { definitionId, input: {}, idempotency: null, ...nothing };
    const environment = { now: new Date(), newId };
    const { instance } = startInstance(flowGraph(this.definition.structure), request, environment);
    await this.store.startInstances([instance]);
    const { executionId, attempt } = instance.firstExecution;
    await database.statements`
      update workflow_step_executions set lost_attempts = ${lostBefore} where id = ${executionId}`;
    await processStep(services, { executionId, attempt });
    return instance.instanceId;
  }
}

/** Connections over which Postgres refuses the first commit of steps that ran ahead. */
function refusingOnce(real: Database): Database {
  let refused = false;
  const refusing = (sql: Database["statements"]) =>
    new Proxy(sql, {
      get(target, key: keyof Database["statements"]) {
        if (key !== "unsafe") return target[key];
        return (...sent: Parameters<typeof sql.unsafe>) => {
          if (refused || !sent[0].includes("new_executions as")) return target.unsafe(...sent);
          refused = true;
          return Promise.reject(Object.assign(new Error("refused"), { code: "22P05" }));
        };
      },
    });
  const { statements, preferred } = real;
  return { ...real, statements: refusing(statements), preferred: refusing(preferred) };
}

/** The steps of each commit that has ended any, in their order. */
async function commits(id: InstanceId): Promise<string[]> {
  const rows = await database.statements<{ names: string }[]>`
    select string_agg(step_name, ' ' order by sequence) as names from workflow_step_executions
    where instance_id = ${id} and sequence is not null group by transition_id order by min(sequence)`;
  return rows.map((row) => row.names);
}

const pure = (execute: MachineStep["execute"] = () => null) =>
  new MachineStep({ pure: true, execute });
const impure = (execute: MachineStep["execute"] = () => null) => new MachineStep({ execute });

describe("steps that say they are pure", () => {
  test("given some in a row, then they are written together, each with what it came to", async () => {
    const worker = new Worker({
      a: pure((context) => context.set("seen", [])),
      b: pure((context) => context.set("seen", [context.get("seen") ?? null, "b"])),
      c: pure((context) => [context.get("seen") ?? null, context.get("_current_step")]),
    });
    const id = await worker.run();
    expect(await commits(id)).toEqual(["a b c"]);
    const [row] = await database.statements`
      select output_data, attempt from workflow_step_executions
      where instance_id = ${id} and step_name = 'c'`;
    expect(row).toEqual({ output_data: { v: [[[], "b"], "c"] }, attempt: 1 });
    expect(
      worker.told.map((event) =>
        "stepName" in event ? `${event.type} ${event.stepName}` : event.type,
      ),
    ).toEqual([
      "step.started a",
      "step.completed a",
      "step.started b",
      "step.completed b",
      "step.started c",
      "step.completed c",
      "workflow.completed",
    ]);
  });

  test("given one with effects before, between and after, then what has had one is written at once", async () => {
    const worker = new Worker({ a: impure(), b: pure(), c: pure(), d: impure(), e: pure() });
    expect(await commits(await worker.run())).toEqual(["a", "b c", "d", "e"]);
  });

  test("given one that takes long, then it is told to stop and runs again once it is written", async () => {
    const runs: string[] = [];
    const worker = new Worker({
      a: pure(),
      b: pure(async ({ signal }) => {
        runs.push("b");
        if (runs.length > 1) return;
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        runs.push("stopped");
      }),
    });
    worker.timers = processPorts.timers;
    expect(await commits(await worker.run())).toEqual(["a", "b"]);
    expect(runs).toEqual(["b", "stopped", "b"]);
    await worker.run();
    // For some time it is not run ahead again.
    expect(runs).toEqual(["b", "stopped", "b", "b"]);
  });

  test("given one that fails, then what comes before is written, and it fails as any other", async () => {
    let tries = 0;
    const fails = pure(() => {
      tries += 1;
      throw new Error("broken");
    });
    const id = await new Worker({ a: pure(), b: pure(), c: fails }).run();
    expect(await commits(id)).toEqual(["a b", "c"]);
    expect(tries).toBe(2);
    const [row] = await database.statements`
      select status, error from workflow_instances where id = ${id}`;
    expect(row).toMatchObject({ status: "failed", error: expect.stringContaining("broken") });
  });

  test("given a commit that Postgres refuses, then each is written by itself", async () => {
    const worker = new Worker({ a: pure(), b: pure(), c: impure() });
    worker.store = createStore(refusingOnce(database), 10_000);
    expect(await commits(await worker.run())).toEqual(["a", "b", "c"]);
  });

  test("given a person after them, then the task is there when they are", async () => {
    const id = await new Worker({ a: pure(), b: pure(), ask: new HumanStep({ title: "?" }) }).run();
    expect(await commits(id)).toEqual(["a b"]);
    const tasks = await database.statements`
      select step_name from workflow_human_tasks where instance_id = ${id}`;
    expect(tasks).toEqual([{ step_name: "ask" }]);
  });

  test("given a step whose worker was lost, then it runs nothing ahead", async () => {
    expect(await commits(await new Worker({ a: pure(), b: pure() }).run(1))).toEqual(["a", "b"]);
  });

  test("given more than a worker does in a row, then the rest goes back to the queue", async () => {
    const steps = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`s${n}`, pure()]));
    const [first = ""] = await commits(await new Worker(steps).run());
    expect(first.split(" ").length).toBeLessThanOrEqual(26);
  });
});
