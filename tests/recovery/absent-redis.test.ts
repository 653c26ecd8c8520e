import { setTimeout as pause } from "node:timers/promises";
import type { BreakableServers } from "@drover/local-servers";
import { describe, expect, test } from "vitest";
import type { Instance } from "../support/api-shapes.ts";
import type { ApiClient } from "../support/api-client.ts";
import { useBreakableServers } from "../support/breakable.ts";
import { type Drover, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { AT_LENGTH, note, seconds } from "./figures.ts";
import { startEmpty } from "./start-empty.ts";

/** Milliseconds for which Redis is away. */
const AWAY = AT_LENGTH ? 60_000 : 12_000;

/** Rounds of requests meanwhile: two starts, an answer and a callback each. */
const ROUNDS = 20;

/** Milliseconds that a request would take at the least if it waited for a Redis that hangs. */
const HUNG = 1_500;

/** Milliseconds by kind of request. */
interface Latencies {
  readonly start: number[];
  readonly answer: number[];
  readonly callback: number[];
}

/** What waits for somebody outside before Redis goes away. */
interface Waiting {
  readonly tasks: readonly string[];
  readonly tokens: readonly string[];
  readonly ids: readonly string[];
}

async function waiting({ api }: Drover): Promise<Waiting> {
  const many = (input: Readonly<Record<string, unknown>>) =>
    Array.from({ length: ROUNDS }, () => input);
  const expenses = await api.startMany("expense_approval", many({ amount: 250 }));
  const payments = await api.startMany(
    "payment_with_callback",
    many({ order_id: "A1", amount: 12 }),
  );
  const tasks = await Promise.all(
    expenses.map(async ({ id }) => (await api.untilTask(id, "manager_approval")).id),
  );
  for (const { id } of payments) await api.untilStatus(id, "waiting");
  return {
    tasks,
    tokens: payments.map(({ id }) => `payment-${id}`),
    ids: [...expenses, ...payments].map(({ id }) => id),
  };
}

async function timed<Result>(into: number[], work: () => Promise<Result>): Promise<Result> {
  const begun = performance.now();
  const result = await work();
  into.push(performance.now() - begun);
  return result;
}

const order = { definition_name: "order_with_notifications", input_data: { order_id: "A1" } };

/** Requests of all kinds, spread over some time. @returns the instances started */
async function requests(
  api: ApiClient,
  { tasks, tokens }: Waiting,
  latencies: Latencies,
  duration: number,
): Promise<string[]> {
  const started: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < 2; turn += 1) {
      const { status, body } = await timed(latencies.start, () =>
        api.request<Instance>("POST", "/instances", order),
      );
      expect(status).toBe(201);
      started.push(body.id);
    }
    const answered = await timed(latencies.answer, () =>
      api.complete(tasks[round] ?? "", "bob@example.com", { approved: true }),
    );
    expect(answered.status).toBe(200);
    const called = await timed(latencies.callback, () =>
      api.callBack(tokens[round] ?? "", { status: "succeeded" }),
    );
    expect(called.status).toBe(202);
    await pause(duration / ROUNDS);
  }
  return started;
}

/** Milliseconds for an order, with its forks and its join. */
async function oneOrder({ api, rows }: Drover): Promise<number> {
  const begun = performance.now();
  const { id } = await api.start("order_with_notifications", { order_id: "A1" });
  await eventually("the order is through", async () => (await rows.status(id)) === "completed");
  return performance.now() - begun;
}

const median = (values: readonly number[]) =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

describe.each([
  {
    kind: "killed",
    leave: (servers: BreakableServers) => servers.redis.kill(),
    comeBack: startEmpty,
  },
  {
    kind: "frozen",
    leave: async (servers: BreakableServers) => servers.redis.freeze(),
    comeBack: async (servers: BreakableServers) => servers.redis.thaw(),
  },
])("given a Redis that is $kind", ({ kind, leave, comeBack }) => {
  const servers = useBreakableServers();
  const drover = useDrover(() => ({ queue: { redisUrl: servers().redis.url } }));

  test("then starts, answers and callbacks are taken as promptly as ever, and worked on more slowly", async () => {
    const { api, rows } = drover();
    const before = await waiting(drover());
    const calm = median([
      await oneOrder(drover()),
      await oneOrder(drover()),
      await oneOrder(drover()),
    ]);
    const latencies: Latencies = { start: [], answer: [], callback: [] };

    const leftAt = performance.now();
    await leave(servers());
    const started = await requests(api, before, latencies, AWAY / 2);
    const all = [...before.ids, ...started];
    const isOver = async () => {
      const over = await Promise.all(all.map((id) => rows.status(id)));
      return over.filter((status) => status === "completed").length;
    };
    await eventually("all of it is worked on without the queue", async () => (await isOver()) > 20);
    // Whoever is deployed meanwhile serves as well.
    const late = await drover().addApi();
    await drover().addWorker();
    const { status } = await late.client.request<Instance>("POST", "/instances", order);
    expect(status).toBe(201);
    // And whoever is told to leave can.
    const [leaving] = drover().workers;
    const third = await drover().addApi();
    const told = performance.now();
    const exits = await Promise.all([leaving?.terminate(), third.program.terminate()]);
    const left = performance.now() - told;
    expect(exits).toMatchObject([{ code: 0 }, { code: 0 }]);
    while (performance.now() - leftAt < AWAY) await pause(100);
    const meanwhile = await isOver();

    const backAt = performance.now();
    await comeBack(servers());
    await eventually("the API speaks to Redis", async () => {
      return (await late.client.queueCounts())["waiting"] !== undefined;
    });
    await eventually("all is through", async () => (await isOver()) === all.length);
    await eventually(
      "the pace is as before",
      async () => (await oneOrder(drover())) < Math.max(4 * calm, 1_000),
      60_000,
    );
    const normal = performance.now() - backAt;

    const kinds = Object.entries(latencies).map(([name, values]) => {
      return `${name} ${Math.round(median(values))} ms`;
    });
    note({
      fault: `Redis ${kind} for ${seconds(AWAY)}`,
      promise:
        "starts, answers and callbacks are taken (201, 200, 202), their work at a lower pace",
      measured: `${kinds.join(", ")} (medians); processes leave in ${seconds(left)}; ${meanwhile} of ${all.length} through before it was back; pace as before after ${seconds(normal)}`,
    });
    // Five seconds to drain and a little.
    expect(left).toBeLessThan(20_000);
    for (const values of Object.values(latencies)) {
      expect(median(values)).toBeLessThan(HUNG / 2);
    }
    const again = (await rows.executions()).filter(
      ({ stepType, attempt }) => stepType === "machine" && attempt !== 1,
    );
    expect(again).toEqual([]);
  }, 400_000);
});
