import { expect, test } from "vitest";
import { testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import type { Exit, Program } from "@drover/local-servers";
import { expectAllOnce, Load } from "./load.ts";

/** Far longer than any step takes, also on a slow day. */
const DRAIN_SECONDS = 20;

/** Milliseconds for a process to end once it has drained: it closes its connections. */
const A_LITTLE = 10_000;

const drover = useDrover({
  apis: 0,
  workers: 3,
  concurrency: 8,
  drainSeconds: DRAIN_SECONDS,
  workflows: [testWorkflows("rolled-work-before")],
});

interface Departure {
  readonly name: string;
  readonly exit: Exit;
  readonly milliseconds: number;
}

async function leave(program: Program): Promise<Departure> {
  const begun = performance.now();
  const exit = await program.terminate();
  return { name: program.name, exit, milliseconds: Math.round(performance.now() - begun) };
}

test("given load, when all processes are replaced one after the other, then no request fails and no step is repeated", async () => {
  using journal = new Journal();
  const apis = [await drover().addApi(), await drover().addApi()];
  const leaving = drover().workers;
  const load = new Load(drover(), journal, 12);
  const enough = (more: number) =>
    eventually("the clients are at work", () => load.started.length >= more);
  await enough(12);

  const departures: Departure[] = [];
  for (const { program, client } of apis) {
    load.client.add((await drover().addApi()).client.url);
    departures.push(await leave(program));
    load.client.remove(client.url);
    await enough(load.started.length + 5);
  }
  for (const worker of leaving) {
    await drover().addWorker();
    departures.push(await leave(worker));
    await enough(load.started.length + 5);
  }
  await load.end();

  const { started, requests, refusals, client } = load;
  process.stdout.write(
    `rolling restart: ${started.length} instances, ${requests} requests, ${client.resets} connections reset, ` +
      `${refusals.length} refused; processes gone after ${departures.map(({ milliseconds }) => milliseconds).join(", ")} ms\n`,
  );
  expect(refusals).toEqual([]);
  for (const { exit, milliseconds } of departures) {
    expect(exit).toEqual({ code: 0, signal: null });
    expect(milliseconds).toBeLessThan(DRAIN_SECONDS * 1_000 + A_LITTLE);
  }
  await expectAllOnce(drover(), load, journal);
}, 400_000);
