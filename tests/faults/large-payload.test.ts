import { expect, test } from "vitest";
import { testWorkflows, useDrover } from "../support/drover.ts";

/** Characters of JSON. */
const MAX_RESULT_SIZE = 1024 * 1024;
const MAX_CONTEXT_SIZE = 256 * 1024;

const drover = useDrover({
  workers: 1,
  workflows: [testWorkflows("bulky-work")],
  environment: { MAX_CONTEXT_SIZE: String(MAX_CONTEXT_SIZE) },
});

/** Milliseconds: some tens of megabytes go back and forth on a machine that has others to serve. */
const PATIENCE = 120_000;

test(
  "given steps that come to too much among others, then they alone fail, with the reason",
  async () => {
    const { api, workers } = drover();
    const small = { result: 10, context: 10 };
    const large = { result: MAX_RESULT_SIZE - 10, context: MAX_CONTEXT_SIZE - 1_000 };
    const inputs = Array.from({ length: 60 }, (_, index) => (index % 10 === 0 ? large : small));
    const tooLarge: [object, RegExp][] = [
      [{ ...small, result: MAX_RESULT_SIZE }, /^result of step 'produce' is too large/],
      [{ ...small, result: 50 * MAX_RESULT_SIZE }, /^result of step 'produce' is too large/],
      [
        { ...small, context: MAX_CONTEXT_SIZE },
        /^context after step 'produce', of which 'rows' is the largest value, is too large/,
      ],
    ];
    const started = await api.startMany("bulky_work", [
      ...inputs.slice(0, 30),
      ...tooLarge.map(([input]) => ({ ...input })),
      ...inputs.slice(30),
    ]);
    const spoilt = started.slice(30, 30 + tooLarge.length);
    const others = started.filter((instance) => !spoilt.includes(instance));

    for (const { id } of others) {
      const { context_data: context, output } = await api.untilStatus(id, "completed", PATIENCE);
      expect(output).toBe(context["result"]);
    }
    for (const [index, [, words]] of tooLarge.entries()) {
      const failed = await api.untilStatus(spoilt[index]?.id ?? "", "failed", PATIENCE);
      expect(failed.error).toMatch(words);
      // Tried once: it would have come to the same again.
      expect(failed.step_history).toMatchObject([
        { status: "failed", attempts: [], error_details: { type: "PayloadTooLargeError" } },
      ]);
      expect(failed.context_data).not.toHaveProperty("rows");
    }
    expect(workers.map(({ isRunning }) => isRunning)).toEqual([true]);
  },
  2 * PATIENCE,
);

test(
  "given a map whose items come to too much together, then it fails and nothing hangs",
  async () => {
    const { api } = drover();
    const { id } = await api.start("bulky_map", { result: MAX_RESULT_SIZE - 10 });
    const failed = await api.untilStatus(id, "failed", PATIENCE);
    expect(failed.error).toMatch(
      /^what the members of group 'each' came to together is too large: it may take 33554432 characters/,
    );
    const { id: modest } = await api.start("bulky_map", { result: 10_000 });
    const completed = await api.untilStatus(modest, "completed", PATIENCE);
    expect(completed.output).toHaveLength(60);
  },
  2 * PATIENCE,
);
