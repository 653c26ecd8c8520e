import { expect, test } from "vitest";
import type { Instance, Problem } from "../support/api-shapes.ts";
import { EXAMPLES, HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { useOwnPostgres } from "../support/own-postgres.ts";

const postgres = useOwnPostgres();
const drover = useDrover(() => ({
  databaseServer: postgres().url,
  workflows: [EXAMPLES, HELD_WORK],
}));

/** Milliseconds for work to flow again, on a slow day. */
const FLOWS_AGAIN = 45_000;

const KINDS = [
  {
    kind: "was told to take no writes",
    begin: () =>
      postgres().tell(
        "alter system set default_transaction_read_only = on",
        "select pg_reload_conf()",
      ),
    end: () =>
      postgres().tell(
        "alter system reset default_transaction_read_only",
        "select pg_reload_conf()",
      ),
  },
  {
    kind: "is a standby until it is promoted",
    begin: () => postgres().restartAsStandby(),
    end: () => postgres().promote(),
  },
];

test.each(KINDS)(
  "given a Postgres that $kind, then nothing that was acknowledged is lost and ended steps are written later",
  async ({ begin, end }) => {
    const { api, rows, programs } = drover();
    using journal = new Journal();
    const input = { directory: journal.directory };
    const held = await api.startMany("held_work", [input, input, input, input]);
    const { id: approval } = await api.start("expense_approval", { amount: 250 });
    const task = await api.untilTask(approval, "manager_approval");
    await eventually("the steps are at work", () => {
      const entries = held.flatMap(({ id }) => journal.entriesOf(id, "started"));
      return entries.filter(({ step }) => step === "hold").length === held.length;
    });

    await begin();
    const start = { definition_name: "held_work", input_data: input };
    const refused = await eventually("starts are refused", async () => {
      const answer = await api.request<Instance & Problem>("POST", "/instances", start);
      return answer.body.code === "DATABASE_READ_ONLY" && answer;
    });
    expect(refused.status).toBe(503);
    journal.openGate();
    await eventually("the steps' code has ended", () => {
      const ended = held.flatMap(({ id }) => journal.entriesOf(id, "ended"));
      return ended.filter(({ step }) => step === "hold").length === held.length;
    });
    const answer = await api.complete(task.id, "bob@example.com", { approved: true });
    expect(answer).toMatchObject({ status: 503, body: { code: "DATABASE_READ_ONLY" } });
    // What is there can be read all the while.
    expect((await api.get(approval)).status).toBe("waiting");
    const ready = await fetch(new URL("/health/ready", api.url));
    expect([ready.status, await ready.json()]).toMatchObject([200, { postgres: "read-only" }]);
    await eventually("both sides name the reason", () => {
      const naming = programs.filter(({ lines }) => lines.some((line) => line.includes("25006")));
      return naming.length === programs.length;
    });

    await end();
    for (const { id } of held) {
      await api.untilStatus(id, "completed", FLOWS_AGAIN);
      // The workers kept the ends in their hands: no code has run again.
      const holds = (await rows.executions(id)).filter(({ stepName }) => stepName === "hold");
      expect(holds).toMatchObject([{ status: "succeeded", attempt: 1 }]);
      expect(journal.entriesOf(id, "started").map(({ step }) => step)).toEqual([
        "prepare",
        "hold",
        "finish",
      ]);
    }
    const after = await api.complete(task.id, "bob@example.com", { approved: true });
    expect(after.status).toBe(200);
    await api.untilStatus(approval, "completed", FLOWS_AGAIN);
    const { id } = await api.start("held_work", input);
    await api.untilStatus(id, "completed", FLOWS_AGAIN);
    for (const program of programs) expect(program.isRunning).toBe(true);
  },
  150_000,
);
