import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ExclusiveGateway, HumanStep, MachineStep, type JsonObject } from "@drover/engine";
import { LocalExecutionEngine } from "@drover/local";
import { describe, expect, test } from "vitest";
import { aParcel, parcel } from "./examples/parcel.ts";
import {
  recordRun,
  replay,
  testWorkflow,
  toRegressionTest,
  type ApiInstance,
  type Recording,
} from "./index.ts";

const REGRESSION_TEST = path.join(import.meta.dirname, "examples/parcel-regression.test.ts");

/** A parcel that was accepted after two hours, and sent after a day of rest. */
async function recorded(): Promise<Recording> {
  const run = await testWorkflow(parcel, { input: { weight: 3 } });
  await run.advance("2 hours");
  await run.completeTask("accept", { accepted: true }, { by: "bob" });
  await run.advanceToEnd();
  // As a file has it.
  const text = JSON.stringify(recordRun(run.instance));
  return JSON.parse(text) as Recording;
}

describe("a replay", () => {
  test("given the same definition, then nothing differs, and no time is needed", async () => {
    const again = await replay(await recorded(), parcel);
    expect(again.differences).toEqual([]);
    again.run.expectPath(["weigh", "accept", "is_accepted", "rest", "send"]);
    expect(again.run.output).toEqual({ price: 6 });
    expect(again.run.context).toEqual({ weight: 3, price: 6, accepted: true });
    again.expectNoDifferences();
  });

  test("given code that has changed, then it is not run: what it came to was recorded", async () => {
    const weigh = new MachineStep({
      execute: () => {
        throw new Error("the real code must not run");
      },
    });
    expect((await replay(await recorded(), aParcel({ steps: { weigh } }))).differences).toEqual([]);
  });

  test("given a gateway that decides otherwise, then the other way is told", async () => {
    const is_accepted = new ExclusiveGateway({ condition: () => "give_back" });
    const again = await replay(await recorded(), aParcel({ steps: { is_accepted } }));
    expect(again.differences).toEqual([
      "Step 'rest' no longer runs",
      "Step 'send' no longer runs",
      "Step 'give_back' is new",
      'The output was {"price":6} and is now null',
    ]);
    expect(() => again.expectNoDifferences()).toThrow(
      /- Step 'rest' no longer runs\n[^]*\n\nparcel 1\.0\.0: completed/,
    );
  });

  test("given steps in another order, then the order is told", async () => {
    const edges = [
      "weigh rest",
      "rest accept",
      "accept is_accepted",
      "is_accepted send",
      "is_accepted give_back",
    ];
    const is_accepted = new ExclusiveGateway({ condition: () => "send" });
    const again = await replay(await recorded(), aParcel({ edges, steps: { is_accepted } }));
    expect(again.differences).toEqual([
      "Step 'rest' ran after 'accept' and now runs before it",
      "Step 'rest' ran after 'is_accepted' and now runs before it",
    ]);
  });

  test("given another person to ask, then it waits and says for whom", async () => {
    const edges = [
      "weigh accept",
      "accept is_accepted",
      "is_accepted rest",
      "is_accepted give_back",
      "rest check",
      "check send",
    ];
    const again = await replay(
      await recorded(),
      aParcel({ edges, steps: { check: new HumanStep() } }),
    );
    expect(again.differences).toEqual([
      "Step 'send' no longer runs",
      "Step 'check' is new",
      "The workflow was completed and is now waiting at 'check' (human)",
    ]);
  });

  test("given a form that takes the answer no more, then that is told", async () => {
    const accept = new HumanStep({ formSchema: { type: "object", required: ["signature"] } });
    const again = await replay(await recorded(), aParcel({ steps: { accept } }));
    expect(again.differences[0]).toMatch(
      /^The recorded task at 'accept' is now refused: Form data/,
    );
  });

  test("given a guard that says no, then the step is skipped", async () => {
    const weigh = new MachineStep({ canExecute: () => false, execute: () => 1 });
    const again = await replay(await recorded(), aParcel({ steps: { weigh } }));
    expect(again.differences).toContain("Step 'weigh' was succeeded and is now skipped");
  });

  test("given a recording of something else, then it is refused", async () => {
    const recording = { ...(await recorded()), formatVersion: 2 } as unknown as Recording;
    await expect(replay(recording, parcel)).rejects.toThrow("no recording of version 1");
  });
});

describe("a recording", () => {
  test("given an engine in real time, then it replays as well", async () => {
    const engine = new LocalExecutionEngine({ definitions: [parcel] });
    const { id } = await engine.start("parcel", { weight: 1 });
    await engine.idle();
    await engine.completeHumanTask(id, "accept", "bob", { accepted: false });
    const recording = recordRun(await engine.waitFor(id, "completed"));
    expect(recording).toMatchObject({
      input: { weight: 1 },
      answers: [{ kind: "task", by: "bob" }],
    });
    expect((await replay(recording, parcel)).differences).toEqual([]);
  });

  test("given an instance that waits or was canceled, then so does its replay", async () => {
    const run = await testWorkflow(parcel, { input: { weight: 1 } });
    const waiting = recordRun(run.instance);
    expect((await replay(waiting, parcel)).differences).toEqual([]);
    await run.advance("1 day");
    await run.cancel("lost");
    const canceled = recordRun(run.instance);
    const again = await replay(canceled, parcel);
    expect([again.differences, again.run.error]).toEqual([[], "Canceled: lost"]);
  });

  test("given the API's answer, then the input is what no step has set", async () => {
    const answer: ApiInstance = {
      definition_name: "parcel",
      definition_version: "1.0.0",
      status: "completed",
      started_at: "2026-01-05T09:00:00.000Z",
      completed_at: "2026-01-05T10:00:00.020Z",
      context_data: { weight: 3, price: 6, accepted: false },
      error: null,
      step_history: [
        anEntry("weigh", "machine", "09:00:00.001Z", null, { price: 6 }),
        {
          ...anEntry("accept", "human", "10:00:00.000Z", { accepted: false }),
          completed_by: "bob",
        },
        anEntry("is_accepted", "gateway", "10:00:00.010Z", { result: "give_back" }),
        anEntry("give_back", "machine", "10:00:00.020Z", { result: "given back" }),
      ],
    };
    const recording = recordRun(answer);
    expect(recording.input).toEqual({ weight: 3 });
    const again = await replay(recording, parcel);
    expect(again.differences).toEqual([]);
    expect(again.run.output).toBe("given back");
  });

  test("given its regression test, then that is the one that runs beside this", async () => {
    const text = toRegressionTest(await recorded(), {
      module: "./parcel.ts",
      exportName: "parcel",
    });
    if (process.env["UPDATE_EXAMPLES"] !== undefined) writeFileSync(REGRESSION_TEST, text);
    // The formatter may lay it out otherwise; every word of it counts.
    expect(words(readFileSync(REGRESSION_TEST, "utf8"))).toBe(words(text));
  });
});

function anEntry(
  step_name: string,
  step_type: ApiInstance["step_history"][number]["step_type"],
  time: string,
  output_data: JsonObject | null,
  context_changes: JsonObject = {},
): ApiInstance["step_history"][number] {
  const at = `2026-01-05T${time}`;
  return {
    step_name,
    step_type,
    status: "succeeded",
    started_at: step_type === "human" ? "2026-01-05T09:00:00.002Z" : at,
    completed_at: at,
    error: null,
    output_data,
    context_changes,
    completed_by: null,
  };
}

function words(text: string): string {
  return text.replaceAll(/[\s,"]/g, "");
}
