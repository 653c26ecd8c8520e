import { expect, test } from "vitest";
import { history } from "../support/api-shapes.ts";
import { HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";

const drover = useDrover({ workflows: [HELD_WORK] });

/** Milliseconds from the cancel to the signal: a heartbeat and some. */
const SOON = 4_000;

test("given running code, when the instance is canceled, then the code is told to stop", async () => {
  const { api } = drover();
  using journal = new Journal();
  const { id } = await api.start("held_work", { directory: journal.directory });
  const [running] = await eventually("the step is at work", () => {
    const held = journal.entriesOf(id, "started").filter(({ step }) => step === "hold");
    return held.length > 0 && held;
  });

  expect(await api.cancel(id, "Not needed any more")).toMatchObject({
    status: 200,
    body: { status: "canceled" },
  });
  const [aborted] = await eventually(
    "the code has seen the signal",
    () => {
      const entries = journal.entriesOf(id, "aborted");
      return entries.length > 0 && entries;
    },
    SOON,
  );
  expect(aborted).toMatchObject({ step: "hold", pid: running?.pid, attempt: 1 });
  expect(aborted?.reason).toMatch(/canceled/);

  // The worker goes on with other work, and what the stopped code came to changes nothing.
  journal.openGate();
  const next = await api.start("held_work", { directory: journal.directory });
  await api.untilStatus(next.id, "completed");
  const canceled = await api.get(id);
  expect(canceled).toMatchObject({ status: "canceled", error: "Canceled: Not needed any more" });
  expect(history(canceled)).toEqual(["prepare succeeded", "hold canceled"]);
  expect(journal.entriesOf(id, "ended").map(({ step }) => step)).toEqual(["prepare"]);
});
