import {
  asId,
  type ClaimedStep,
  type DefinitionId,
  type JsonObject,
  type WorkerId,
} from "@drover/engine";
import { aNewInstance, aStructure, there } from "@drover/engine/testing";
import { processPorts } from "@drover/platform";
import postgres, { type Sql } from "postgres";
import { afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { SEAT_LOCK } from "../advisory-locks.ts";
import { newId } from "../new-id.ts";
import { useTestStore } from "../testing/use-test-store.ts";
import { StartOffers } from "./start-offers.ts";
import { takeSeat } from "./statements/start-offers.ts";

/** Milliseconds within which Postgres tells. */
const SOON = { timeout: 5_000 };

/** Milliseconds: less than after which Postgres gives up to wait for a lock (`client.ts`). */
const BEFORE_IT_GIVES_UP = 4_000;

interface Worker {
  readonly workerId: WorkerId;
  readonly offers: StartOffers;
  /** What it was given. */
  readonly taken: ClaimedStep[];
}

describe("a worker that offers to take first steps", () => {
  const ground = useTestStore("start-offers-test");
  const structure = aStructure(["a -> b"], { name: "offered" });
  let definitionId: DefinitionId;
  let workers: Worker[] = [];

  beforeAll(async () => {
    definitionId = there((await ground.store.registerDefinitions([structure]))[0]);
  });
  afterEach(async () => {
    await Promise.all(workers.map(({ offers }) => offers.close()));
    workers = [];
    await ground.database.statements`delete from workflow_start_offers`;
  });

  interface Circumstances {
    /** Over which it tries whether it hears. */
    readonly others?: Sql;
    /** How much faster its clock goes. */
    readonly clock?: number;
    /** How much sooner its alarms go off. */
    readonly alarms?: number;
  }

  /** @param knows the definitions whose code it has */
  function aWorker(
    knows: readonly DefinitionId[] = [definitionId],
    { others = ground.database.maintenance, clock = 1, alarms = 1 }: Circumstances = {},
  ): Worker {
    const { timers, monotonic } = processPorts;
    const taken: ClaimedStep[] = [];
    const workerId = asId<WorkerId>(newId());
    const offers = new StartOffers(
      { openListener: (hear) => ground.database.openListener(hear), maintenance: others },
      {
        monotonic: () => monotonic() * clock,
        timers: {
          after: (milliseconds, callback) => timers.after(milliseconds / alarms, callback),
        },
        workerId,
        definitionIds: knows,
        take: (step) => void taken.push(step),
        onTrouble: (error) => {
          throw error;
        },
      },
    );
    const worker = { workerId, offers, taken };
    workers.push(worker);
    return worker;
  }

  /** How many seats are taken. */
  const seats = async () => {
    const [row] = await ground.database.statements<{ taken: number }[]>`
      select count(*)::int as taken from pg_locks
      where locktype = 'advisory' and classid = ${SEAT_LOCK}::oid and granted
        and database = (select oid from pg_database where datname = current_database())`;
    return row?.taken;
  };

  const start = async (
    order: { readonly input?: JsonObject; readonly idempotencyKey?: string } = {},
  ) => {
    const instance = aNewInstance(structure, definitionId, newId, {
      ...order,
      input: order.input ?? {},
    });
    const [result] = await ground.store.startInstances([instance]);
    return { instance, result: there(result) };
  };

  const firstStep = async ({ instance }: Awaited<ReturnType<typeof start>>) => {
    const [row] = await ground.database.statements<
      {
        status: string;
        worker_id: string | null;
        attempt: number;
        context_sequence: number | null;
        is_begun: boolean;
      }[]
    >`
      select status, worker_id, attempt, context_sequence, started_at is not null as is_begun
      from workflow_step_executions where instance_id = ${instance.instanceId}`;
    return row;
  };

  test.each([{}, { idempotencyKey: newId() }])(
    "given its offer, when an instance starts by itself (%o), then it has the first step, and is told",
    async (key) => {
      const { offers, taken, workerId } = aWorker();
      expect(await offers.make()).toBe("made");
      const started = await start({ ...key, input: { amount: 5, note: "it's \u{1f600}" } });
      expect(started.result).toMatchObject({ created: true, isTaken: true });
      expect(await firstStep(started)).toEqual({
        status: "running",
        worker_id: workerId,
        attempt: 1,
        context_sequence: 0,
        is_begun: true,
      });
      await expect.poll(() => taken.length, SOON).toBe(1);
      expect(taken[0]?.executionId).toBe(started.instance.firstExecution.executionId);
    },
  );

  test("given one that was told and one that has claimed, then both know the same", async () => {
    const { offers, taken, workerId } = aWorker();
    await offers.make();
    const order = { input: { amount: 5, lines: [{ sku: "a" }] } };
    await start(order);
    const { instance } = await start(order);
    await expect.poll(() => taken.length, SOON).toBe(1);
    const { executionId } = instance.firstExecution;
    const claim = await ground.store.claim({
      executionId,
      attempt: 1,
      workerId,
      definitionIds: [definitionId],
    });
    if (claim.kind !== "claimed") throw new Error(`the claim is ${claim.kind}`);
    const told = there(taken[0]);
    const { tokens } = there(claim.step.state ?? undefined);
    expect({
      ...told,
      executionId,
      instanceId: instance.instanceId,
      state: { ...told.state, id: instance.instanceId, tokens },
      startedAt: claim.step.startedAt,
    }).toEqual(claim.step);
    expect(told.state?.tokens).toEqual([{ ...tokens[0], executionId: told.executionId }]);
  });

  test("given its offer, when its first step has ended, then what follows is written", async () => {
    const { offers, taken, workerId } = aWorker();
    await offers.make();
    const started = await start();
    await expect.poll(() => taken.length, SOON).toBe(1);
    const { instanceId, executionId, state } = there(taken[0]);
    const dispatched = await ground.store.dispatch(
      instanceId,
      {
        type: "step.succeeded",
        executionId,
        attempt: 1,
        contextChanges: { seen: true },
        result: null,
        edges: [0],
        continueAs: workerId,
      },
      state === null ? {} : { state },
    );
    expect(dispatched).toMatchObject({ kind: "committed", inline: { stepName: "b" } });
    expect(await firstStep(started)).toMatchObject({ status: "succeeded" });
  });

  test("given one offer, when two instances start, then it is taken once", async () => {
    const { offers, taken } = aWorker();
    await offers.make();
    const results = [(await start()).result, (await start()).result];
    expect(results.map(({ isTaken }) => isTaken)).toEqual([true, false]);
    await offers.make();
    expect((await start()).result.isTaken).toBe(true);
    await expect.poll(() => taken.length, SOON).toBe(2);
  });

  test("given two that offer, when two instances start, then each is given one", async () => {
    const both = [aWorker(), aWorker()];
    for (const { offers } of both) await offers.make();
    const results = [(await start()).result, (await start()).result];
    expect(results.map(({ isTaken }) => isTaken)).toEqual([true, true]);
    await expect.poll(() => both.map(({ taken }) => taken.length), SOON).toEqual([1, 1]);
  });

  test(
    "given an offer that somebody else is just taking, then a start waits for nobody",
    { timeout: BEFORE_IT_GIVES_UP },
    async () => {
      await aWorker().offers.make();
      const other = await ground.database.maintenance.reserve();
      await other`begin`;
      await other`update workflow_start_offers set offered_at = null`;
      await nobody();
      await other`rollback`;
      other.release();
    },
  );

  test("when instances start together, then their first steps are for the queue", async () => {
    const { offers } = aWorker();
    await offers.make();
    const instances = [1, 2].map(() => aNewInstance(structure, definitionId, newId));
    const results = await ground.store.startInstances(instances);
    expect(results.map(({ isTaken }) => isTaken)).toEqual([false, false]);
  });

  test("given a key that was used, when it comes again, then no offer is taken for it", async () => {
    const key = { idempotencyKey: newId() };
    await start(key);
    const { offers } = aWorker();
    await offers.make();
    expect((await start(key)).result).toMatchObject({ created: false, isTaken: false });
    expect((await start()).result.isTaken).toBe(true);
  });

  const nobody = async () => {
    const started = await start();
    expect(started.result.isTaken).toBe(false);
    expect(await firstStep(started)).toEqual({
      status: "scheduled",
      worker_id: null,
      attempt: 1,
      context_sequence: null,
      is_begun: false,
    });
  };

  test("given an offer that was withdrawn, then nobody is given anything", async () => {
    const { offers } = aWorker();
    await offers.make();
    await offers.withdraw();
    await nobody();
  });

  test("given one without the code, then it is given nothing", async () => {
    await aWorker([asId<DefinitionId>(newId())]).offers.make();
    await nobody();
  });

  test("given an offer that nobody has repeated for three seconds, then it is over", async () => {
    await aWorker().offers.make();
    await ground.database.statements`
      update workflow_start_offers set offered_at = now() - interval '3 s'`;
    await nobody();
  });

  test("given one that reads another form of messages, then it is given nothing", async () => {
    await aWorker().offers.make();
    await ground.database.statements`update workflow_start_offers set message_form = 0`;
    await nobody();
  });

  test("given one whose session has ended, then it is given nothing, and offers again", async () => {
    const { offers, taken } = aWorker();
    await offers.make();
    await ground.database.statements`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where query like '%insert into workflow_start_offers%' and pid <> pg_backend_pid()`;
    await nobody();
    await expect.poll(() => offers.make().catch(() => "away"), SOON).toBe("made");
    expect((await start()).result.isTaken).toBe(true);
    await expect.poll(() => taken.length, SOON).toBe(1);
  });

  test("given an input that is too long to be told, then its first step is for the queue", async () => {
    const { offers } = aWorker();
    await offers.make();
    const { result } = await start({ input: { text: "é".repeat(4_000) } });
    expect(result).toMatchObject({ created: true, isTaken: false });
    expect((await start()).result.isTaken).toBe(true);
  });

  test("given one that does not hear what others say to it, then it offers nothing, and leaves its seat", async () => {
    // What is said in another database is heard by nobody here.
    const elsewhere = postgres(inject("databaseUrl"), { max: 1 });
    const { offers } = aWorker([definitionId], { others: elsewhere, alarms: 100 });
    expect(await offers.make()).toBe("unheard");
    await nobody();
    expect(await seats()).toBe(0);
    await elsewhere.end();
  });

  test("given more than eight that would, then eight offer, and one more when one of them has gone", async () => {
    const all = Array.from({ length: 9 }, () => aWorker([definitionId], { clock: 100 }));
    const offered = [];
    for (const { offers } of all) offered.push(await offers.make());
    expect(offered).toEqual([...Array<string>(8).fill("made"), "enough"]);
    const [first, last] = [there(all[0]), there(all[8])];
    await first.offers.close();
    await expect.poll(() => last.offers.make(), SOON).toBe("made");
  });

  test("given one that takes the seat of one that has died, then it is not the dead one that is given a step", async () => {
    const dead = aWorker();
    await dead.offers.make();
    await dead.offers.close();
    await expect.poll(seats, SOON).toBe(0);
    const session = ground.database.openListener(() => {});
    expect(await takeSeat(session)).toBe(1);
    await nobody();
    await session.end();
  });
});
