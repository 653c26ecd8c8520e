import { expect, test } from "vitest";
import { testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { expectAllOnce, Load } from "./load.ts";
import { migrateUnderLoad } from "./migrate-under-load.ts";

const drover = useDrover({
  apis: 0,
  workers: 0,
  drainSeconds: 20,
  workflows: [testWorkflows("rolled-work-before")],
});

test("given load, when the schema is expanded, then contracted, then processes of before and after it serve side by side", async () => {
  using journal = new Journal();
  const { databaseUrl } = drover().connection;
  await migrateUnderLoad(databaseUrl, "0000_of_the_release_before.sql");
  // The release of today: what it does not know is there, and what it does not need is still there.
  const api = await drover().addApi();
  const workers = [await drover().addWorker(), await drover().addWorker()];
  const load = new Load(drover(), journal, 8);
  const more = (count: number) => {
    const enough = load.started.length + count;
    return eventually("the clients are at work", () => load.started.length >= enough);
  };
  await more(8);

  await migrateUnderLoad(databaseUrl, "0001_expand_for_the_next_release.sql");
  await more(8);
  // The next one is rolled out: side by side with the old one, then alone.
  load.client.add((await drover().addApi()).client.url);
  await drover().addWorker();
  await more(8);
  expect(await api.program.terminate()).toEqual({ code: 0, signal: null });
  load.client.remove(api.client.url);
  for (const worker of workers.slice(1)) {
    expect(await worker.terminate()).toEqual({ code: 0, signal: null });
  }
  await migrateUnderLoad(databaseUrl, "0002_contract_of_the_release_before.sql");
  await more(8);
  await load.end();

  process.stdout.write(
    `expand and contract under load: ${load.started.length} instances, ${load.requests} requests, ` +
      `${load.refusals.length} refused\n`,
  );
  expect(load.refusals).toEqual([]);
  await expectAllOnce(drover(), load, journal);
  // Nothing went wrong that was then put right in silence.
  expect(drover().log).not.toMatch(/cached plan|"level":[56]0/);
}, 400_000);
