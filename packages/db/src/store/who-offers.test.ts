import { asId, type DefinitionId } from "@drover/engine";
import { there } from "@drover/engine/testing";
import postgres from "postgres";
import { describe, expect, inject, test } from "vitest";
import { newId } from "../new-id.ts";
import { useOffers } from "../testing/use-offers.ts";
import { takeSeat } from "./statements/start-offers.ts";

/** Milliseconds within which Postgres tells. */
const SOON = { timeout: 5_000 };

describe("who is given first steps", () => {
  const given = useOffers("who-offers-test");
  const { ground, aWorker, seats, start, nobody } = given;

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
    const { offers } = aWorker([given.definitionId], { others: elsewhere, alarms: 100 });
    expect(await offers.make()).toBe("unheard");
    await nobody();
    expect(await seats()).toBe(0);
    await elsewhere.end();
  });

  test("given more than eight that would, then eight offer, and one more when one of them has gone", async () => {
    const all = Array.from({ length: 9 }, () => aWorker([given.definitionId], { clock: 100 }));
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
