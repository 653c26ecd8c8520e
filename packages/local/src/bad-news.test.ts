import {
  MachineStep,
  SignalStep,
  SubWorkflowStep,
  MapGroup,
  WorkflowDefinition,
  Edge,
  type Step,
} from "@drover/engine";
import { there } from "@drover/engine/testing";
import { expect, test } from "vitest";
import { LocalExecutionEngine } from "./local-execution-engine.ts";

const define = (name: string, steps: Record<string, Step>, edges: Edge[] = []) =>
  new WorkflowDefinition({
    name,
    version: "1.0.0",
    steps,
    edges,
    initialStep: there(Object.keys(steps)[0]),
  });
async function until<T>(look: () => Promise<T>, good: (t: T) => boolean): Promise<T> {
  for (let n = 0; n < 400; n += 1) {
    const seen = await look();
    if (good(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never: ${JSON.stringify(await look())}`);
}
const over = new Set(["completed", "failed", "canceled"]);
async function run(definitions: WorkflowDefinition[], name: string) {
  const engine = new LocalExecutionEngine({ definitions });
  const { id } = await engine.start(name, {});
  const ended = await until(
    () => engine.getInstance(id),
    (i) => over.has(i.status),
  );
  const all = await engine.getAllInstances();
  engine.close();
  return { ended, all };
}

test("a sub-workflow step with a retry policy starts the workflow again", async () => {
  let tries = 0;
  const child = define("child", {
    flaky: new MachineStep({
      execute: () => {
        tries += 1;
        if (tries < 2) throw new Error("once");
        return "ok";
      },
    }),
  });
  const parent = define("parent", {
    ask: new SubWorkflowStep({ workflow: "child", retry: { maxAttempts: 3, initialInterval: 1 } }),
  });
  const { ended } = await run([child, parent], "parent");
  expect({ status: ended.status, tries }).toEqual({ status: "completed", tries: 2 });
});

test("undoing a step that ran twice sees, for each run, what that run came to", async () => {
  const seen: unknown[] = [];
  let n = 0;
  const charge = new MachineStep({
    execute: () => (n += 1),
    compensate: (context) => {
      seen.push(context.result("charge"));
    },
  });
  const definition = define(
    "loop",
    {
      charge,
      again: new MachineStep({ execute: () => null }),
      end: new MachineStep({
        execute: () => {
          throw new Error("no");
        },
      }),
    },
    [
      new Edge("charge", "again"),
      new Edge("again", "charge", (c) => c.result("charge") === 1),
      new Edge("again", "end", (c) => c.result("charge") !== 1),
    ],
  );
  await run([definition], "loop");
  expect(seen).toEqual([2, 1]);
});

test("undoing the members of a map can tell which item is undone", async () => {
  const undone: unknown[] = [];
  const definition = define(
    "map",
    {
      map: new MapGroup({
        items: () => ["card 1", "card 2"],
        step: new MachineStep({
          name: "charge",
          execute: (c) => `charged ${c.item as string}`,
          compensate: (c) => {
            let item: unknown;
            try {
              item = c.item;
            } catch (e) {
              item = String(e);
            }
            undone.push([item, c.result("charge") ?? null]);
          },
        }),
      }),
      end: new MachineStep({
        execute: () => {
          throw new Error("no");
        },
      }),
    },
    [new Edge("map", "end")],
  );
  await run([definition], "map");
  expect(undone).toEqual([
    ["card 2", "charged card 2"],
    ["card 1", "charged card 1"],
  ]);
});

test("a compensation that is skipped does not run", async () => {
  let runs = 0;
  const a = new MachineStep({
    execute: () => 1,
    retry: { maxAttempts: 5, initialInterval: "PT1H" },
    compensate: () => {
      runs += 1;
      throw new Error("cannot");
    },
  });
  const definition = define(
    "undo",
    {
      a,
      end: new MachineStep({
        execute: () => {
          throw new Error("no");
        },
      }),
    },
    [new Edge("a", "end")],
  );
  const engine = new LocalExecutionEngine({ definitions: [definition] });
  const { id } = await engine.start("undo", {});
  await until(
    () => engine.getInstance(id),
    (i) => i.status === "waiting",
  );
  expect(runs).toBe(1);
  await engine.skip(id, "a");
  const after = await until(
    () => engine.getInstance(id),
    (i) => i.status === "waiting" || over.has(i.status),
  );
  engine.close();
  expect({ status: after.status, runs }).toEqual({ status: "failed", runs: 1 });
});

test("a signal step with a timeout and a retry policy waits again", async () => {
  const definition = define("sig", {
    s: new SignalStep({
      signal: "go",
      timeout: "PT0.02S",
      retry: { maxAttempts: 3, initialInterval: 1 },
    }),
  });
  const engine = new LocalExecutionEngine({ definitions: [definition] });
  const { id } = await engine.start("sig", {});
  const begun = performance.now();
  await until(
    () => engine.getInstance(id),
    (i) => over.has(i.status),
  );
  engine.close();
  expect(performance.now() - begun).toBeGreaterThan(55);
});

test("skipping a step that waits for a sub-workflow ends that workflow", async () => {
  const child = define("child6", { wait: new SignalStep({ signal: "never" }) });
  const parent = define("parent6", { ask: new SubWorkflowStep({ workflow: "child6" }) });
  const engine = new LocalExecutionEngine({ definitions: [child, parent] });
  const { id } = await engine.start("parent6", {});
  await until(
    () => engine.getInstance(id),
    (i) => i.status === "waiting",
  );
  await engine.skip(id, "ask");
  await until(
    () => engine.getInstance(id),
    (i) => i.status === "completed",
  );
  const found = (await engine.getAllInstances()).find((i) => i.parentId === id);
  engine.close();
  expect(found?.status).toBe("canceled");
});
