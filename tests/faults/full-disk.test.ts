import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Instance, Problem } from "../support/api-shapes.ts";
import { HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { useOwnPostgres } from "../support/own-postgres.ts";
import { SmallDisk } from "../support/small-disk.ts";

/** Megabytes: room for three empty databases and a log that is kept short. */
const DISK = 320;

/** What each start brings along, so that tables have to grow. Characters. */
const BALLAST = 20_000;

/** Starts while the disk is full. */
const STARTS = 200;

/** Milliseconds for work to flow again, on a slow day. */
const FLOWS_AGAIN = 60_000;

describe.skipIf(!SmallDisk.isPossible())("a Postgres whose disk is full", () => {
  const disk = new SmallDisk(DISK);
  // Registered first, so done last: everything else has ended by then.
  afterAll(() => disk[Symbol.dispose]());
  // A server without room does not even end in order.
  afterEach(() => disk.clear());
  const postgres = useOwnPostgres({
    directory: disk.path,
    settings: { min_wal_size: "32MB", max_wal_size: "48MB" },
  });
  const drover = useDrover(() => ({ databaseServer: postgres().url, workflows: [HELD_WORK] }));

  test("given it, then starts are refused with the reason, and nothing that was acknowledged is lost", async () => {
    const { api, rows, programs } = drover();
    using journal = new Journal();
    const input = { directory: journal.directory };
    const held = await api.startMany("held_work", [input, input, input, input]);
    await eventually("the steps are at work", () => {
      const entries = held.flatMap(({ id }) => journal.entriesOf(id, "started"));
      return entries.filter(({ step }) => step === "hold").length === held.length;
    });

    disk.fill();
    const acknowledged: string[] = [];
    const codes = new Map<string, number>();
    for (let n = 0; n < STARTS; n += 1) {
      const answer = await api.request<Instance & Problem>("POST", "/instances", {
        definition_name: "held_work",
        input_data: { ...input, ballast: `${n} `.repeat(BALLAST).slice(0, BALLAST) },
      });
      if (answer.status === 201) acknowledged.push(answer.body.id);
      else {
        expect(answer.status).toBe(503);
        codes.set(answer.body.code, (codes.get(answer.body.code) ?? 0) + 1);
        // Its log may fill up, too: then it ends, and nobody can be asked any more.
        if (answer.body.code === "DATABASE_UNAVAILABLE") break;
        if ((codes.get("DATABASE_EXHAUSTED") ?? 0) >= 3) break;
      }
    }
    expect([...codes.keys()]).toContain("DATABASE_EXHAUSTED");
    expect(drover().log).toMatch(/^\[api \d+\].*53100/m);
    process.stdout.write(
      `full disk: ${acknowledged.length} starts acknowledged, then ${JSON.stringify([...codes])}\n`,
    );
    journal.openGate();
    await eventually("the steps' code has ended", () => {
      const ended = held.flatMap(({ id }) => journal.entriesOf(id, "ended"));
      return ended.filter(({ step }) => step === "hold").length === held.length;
    });

    disk.clear();
    if (!postgres().isRunning) await postgres().startAgain();
    for (const id of [...held.map((instance) => instance.id), ...acknowledged]) {
      await api.untilStatus(id, "completed", FLOWS_AGAIN);
      const succeeded = (await rows.executions(id)).filter(({ status }) => status === "succeeded");
      expect(succeeded.map(({ stepName }) => stepName)).toEqual(["prepare", "hold", "finish"]);
    }
    const { id } = await api.start("held_work", input);
    await api.untilStatus(id, "completed", FLOWS_AGAIN);
    for (const program of programs) expect(program.isRunning).toBe(true);
  }, 180_000);
});
