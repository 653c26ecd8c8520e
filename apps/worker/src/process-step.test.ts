import {
  Edge,
  HumanStep,
  MachineStep,
  TimerStep,
  WebhookStep,
  WorkflowDefinition,
  type Step,
} from "@drover/engine";
import { describe, expect, test } from "vitest";
import { KnownDefinitions } from "./known-definitions.ts";
import { processTimer } from "./process-timer.ts";
import { BenchOfOne } from "./testing/bench-of-one.ts";

const nothing = () => new MachineStep({ execute: () => null });

function aDefinition(steps: Record<string, Step>, edges: readonly Edge[]): WorkflowDefinition {
  const [initialStep = ""] = Object.keys(steps);
  return new WorkflowDefinition({ name: "sample", version: "1.0.0", steps, edges, initialStep });
}

function aChain(length: number): WorkflowDefinition {
  const names = Array.from({ length }, (_, index) => `s${index}`);
  const steps = Object.fromEntries(names.map((name) => [name, nothing()]));
  const edges = names.slice(1).map((name, index) => new Edge(`s${index}`, name));
  return aDefinition(steps, edges);
}

describe("processStep", () => {
  test("given a chain, then one job runs all of it inline", async () => {
    const bench = new BenchOfOne();
    const id = await bench.start(aChain(10));
    expect(await bench.processOne()).toBe("done");
    expect(bench.enqueued).toEqual([]);
    expect(bench.store.rows.instance(id).status).toBe("completed");
    expect(bench.steps(id)).toHaveLength(10);
  });

  test("given a long chain, then the branch comes back to the queue now and then", async () => {
    const bench = new BenchOfOne();
    const id = await bench.start(aChain(60));
    await bench.processOne();
    expect(bench.enqueued).toHaveLength(1);
    expect(bench.store.rows.instance(id).status).toBe("running");
    await bench.processAll();
    expect(bench.store.rows.instance(id).status).toBe("completed");
  });

  test("given a worker that has to go, then the branch goes back to the queue at once", async () => {
    const bench = new BenchOfOne();
    const id = await bench.start(aChain(3));
    bench.draining = true;
    await bench.processOne();
    expect(bench.steps(id)).toEqual(["s0 succeeded", "s1 scheduled"]);
    expect(bench.enqueued).toHaveLength(1);
  });

  test("given steps that follow inline, then each sees what those before have set and returned", async () => {
    const bench = new BenchOfOne();
    const definition = aDefinition(
      {
        first: new MachineStep({
          execute: (context) => {
            context.set("n", 1);
            return "from first";
          },
        }),
        second: new MachineStep({
          execute: (context) => {
            context.set("seen", [
              context.get("n") ?? null,
              context.get("_previous_result"),
              context.result("first") ?? null,
              context.get("_current_step"),
              context.stepHistory.length,
            ]);
          },
        }),
      },
      [new Edge("first", "second")],
    );
    const id = await bench.start(definition, { n: 0 });
    await bench.processAll();
    expect(bench.store.rows.instance(id).context).toEqual({
      n: 1,
      seen: [1, "from first", "from first", "second", 1],
    });
  });

  test("given a fork and a join, then the join sees the results in the order of the edges", async () => {
    const bench = new BenchOfOne();
    const saying = (word: string) => new MachineStep({ execute: () => word });
    const definition = aDefinition(
      {
        fork: nothing(),
        b: saying("b"),
        c: saying("c"),
        join: new MachineStep({ execute: (context) => context.get("_previous_result") }),
      },
      [new Edge("fork", "b"), new Edge("fork", "c"), new Edge("c", "join"), new Edge("b", "join")],
    );
    const id = await bench.start(definition);
    await bench.processAll();
    const join = bench.store.rows.executionsOf(id).find((row) => row.stepName === "join");
    expect(join?.result).toEqual(["c", "b"]);
  });

  test("given a job for a step that was taken, then it is dropped", async () => {
    const bench = new BenchOfOne();
    await bench.start(aChain(1));
    bench.enqueued.push(...bench.enqueued);
    await bench.processOne();
    expect(await bench.processOne()).toBe("done");
  });

  test("given a worker without the code, then it offers the job to others", async () => {
    const bench = new BenchOfOne();
    const id = await bench.start(aChain(1));
    bench.definitions = new KnownDefinitions(new Map());
    expect(await bench.processOne()).toEqual({ offerAgainIn: 50 });
    expect(bench.steps(id)).toEqual(["s0 scheduled"]);
  });

  test("given steps that wait, then their tasks, timers and callbacks are there", async () => {
    const bench = new BenchOfOne();
    const definition = aDefinition(
      {
        fork: nothing(),
        ask: new HumanStep(),
        soon: new TimerStep({ duration: { seconds: 30 } }),
        later: new TimerStep({ duration: { days: 3 } }),
        call: new WebhookStep({ getCallbackToken: () => "secret" }),
      },
      ["ask", "soon", "later", "call"].map((target) => new Edge("fork", target)),
    );
    const id = await bench.start(definition);
    await bench.processAll();
    expect(bench.store.rows.instance(id).status).toBe("waiting");
    expect(bench.store.rows.tasks.size).toBe(1);
    expect(bench.store.rows.timers.size).toBe(2);
    // The one that is far away stays in the store alone.
    expect(bench.timers).toHaveLength(1);
    expect([...bench.store.rows.callbacks.values()][0]?.tokenHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("given a token that another step waits for, then the second step fails in words", async () => {
    const bench = new BenchOfOne();
    const same = () => new WebhookStep({ getCallbackToken: () => "same" });
    const definition = aDefinition({ fork: nothing(), one: same(), two: same() }, [
      new Edge("fork", "one"),
      new Edge("fork", "two"),
    ]);
    const id = await bench.start(definition);
    await bench.processAll();
    expect(bench.store.rows.instance(id)).toMatchObject({
      status: "failed",
      error: "Another step already waits for a callback with this token",
    });
  });

  test("given a step that stops because it was told to, then it has not failed", async () => {
    const bench = new BenchOfOne();
    const definition = aDefinition(
      {
        long: new MachineStep({
          execute: () => {
            bench.abortAll();
            throw new Error("told to stop");
          },
        }),
      },
      [],
    );
    const id = await bench.start(definition);
    await bench.processOne();
    expect(bench.steps(id)).toEqual(["long running"]);
  });

  test("given code that takes longer than its timeout, then it is told to stop and has failed", async () => {
    const bench = new BenchOfOne();
    const told = Promise.withResolvers<unknown>();
    const long = new MachineStep({
      timeout: 1,
      execute: ({ signal }) =>
        new Promise(() => signal.addEventListener("abort", () => told.resolve(signal.reason))),
    });
    const id = await bench.start(aDefinition({ long }, []));
    await bench.processOne();
    expect(await told.promise).toMatchObject({ code: "STEP_TIMEOUT" });
    expect(bench.store.rows.instance(id)).toMatchObject({
      status: "failed",
      error: "Step 'long' took longer than its timeout of 1 ms",
    });
  });

  test("given a timeout of many days, then code is told to stop by the worker and by nothing else", async () => {
    const bench = new BenchOfOne();
    const long = new MachineStep({
      timeout: "P60D",
      retry: { maxAttempts: 3 },
      execute: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new Error(String(signal.reason))));
          bench.abortAll();
        }),
    });
    const id = await bench.start(aDefinition({ long }, []));
    await bench.processOne();
    expect(bench.steps(id)).toEqual(["long running"]);
  });

  test("given a store that is away, then the step is left to the heartbeat to give up", async () => {
    const bench = new BenchOfOne();
    const id = await bench.start(aChain(1));
    bench.store.dispatch = () =>
      Promise.reject(Object.assign(new Error("gone"), { code: "ECONNREFUSED" }));
    expect(await bench.processOne()).toBe("done");
    expect(bench.steps(id)).toEqual(["s0 running"]);
  });
});

describe("processTimer", () => {
  test("given a clock that is ahead of the store's, then the timer still has its time", async () => {
    const bench = new BenchOfOne();
    const id = await bench.start(aDefinition({ pause: new TimerStep({ duration: 1_000 }) }, []));
    await bench.processAll();
    const [timer] = bench.timers;
    if (timer === undefined) throw new Error("no timer was set");
    const job = { kind: "timer", timerId: timer.timerId } as const;

    bench.ahead = -60_000;
    const verdict = await processTimer(bench.services, job);
    expect(bench.steps(id)).toEqual(["pause waiting"]);
    if (verdict === "done") throw new Error("the job was not offered again");
    expect(verdict.offerAgainIn).toBeGreaterThan(50_000);

    bench.ahead = 60_000;
    expect(await processTimer(bench.services, job)).toBe("done");
    expect(bench.steps(id)).toEqual(["pause scheduled"]);
  });
});
