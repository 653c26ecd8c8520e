import { expect, test } from "vitest";
import { testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { expectAllOnce, Load } from "./load.ts";

const BEFORE = { workflows: [testWorkflows("rolled-work-before")] };
const NOW = { workflows: [testWorkflows("rolled-work")] };

const drover = useDrover({ ...BEFORE, workers: 2, drainSeconds: 20 });

test("given load, when workers with a next version of a workflow take over, then instances of both end as they began", async () => {
  using journal = new Journal();
  const leaving = drover().workers;
  const load = new Load(drover(), journal, 8);
  const until = (version: string, count: number) =>
    eventually(`${count} were started on ${version}`, () => {
      return load.started.filter((instance) => instance.version === version).length >= count;
    });
  await until("1.0.0", 8);

  // From now on the next version is started, while most workers do not know it.
  await drover().addWorker(NOW);
  await until("1.1.0", 8);
  for (const worker of leaving) {
    await drover().addWorker(NOW);
    expect(await worker.terminate()).toEqual({ code: 0, signal: null });
  }
  await load.end();

  const counts = Object.fromEntries(
    [...Map.groupBy(load.started, ({ version }) => version)].map(([version, instances]) => [
      version,
      instances.length,
    ]),
  );
  process.stdout.write(`two versions of a workflow side by side: ${JSON.stringify(counts)}\n`);
  expect(load.refusals).toEqual([]);
  await expectAllOnce(drover(), load, journal);
  // No worker of before has touched the next version.
  const old = new Set(leaving.map(({ pid }) => pid));
  const next = new Set(
    load.started.filter(({ version }) => version === "1.1.0").map(({ id }) => id),
  );
  expect(journal.entries.filter(({ instance, pid }) => next.has(instance) && old.has(pid))).toEqual(
    [],
  );
}, 400_000);
