import type { ScheduledExecution } from "@drover/engine";
import { beforeEach, describe, expect, test } from "vitest";
import type { StepJob } from "./jobs.ts";
import { HEAD_START, type JobVerdict } from "./bull-worker.ts";
import type { StepQueue } from "./step-queue.ts";
import { anExecution, PLACES, untilEmpty, useQueue } from "./testing/queue-under-test.ts";

describe.each(PLACES)("jobs at work on %s", (where, open) => {
  const { queue: theQueue, consume } = useQueue(open);
  let queue: StepQueue;
  beforeEach(() => {
    queue = theQueue();
  });

  test("when many are handed over at first, then each comes up once, several in a job", async () => {
    const executions = Array.from({ length: 601 }, anExecution);
    const { seen, until } = consume();
    await queue.enqueue(executions);
    await until(Math.ceil(executions.length / 8));
    expect(seen.flatMap(({ job }) => executionsOf(job)).toSorted(byId)).toEqual(executions);
  });

  test("when few are handed over, then there are jobs for several workers", async () => {
    const { until, seen } = consume();
    for (const count of [3, 7, 9]) await queue.enqueue(Array.from({ length: count }, anExecution));
    await until(3 + 7 + 5);
    const sizes = seen.map(({ job }) => executionsOf(job).length);
    expect(sizes.toSorted((one, other) => one - other)).toEqual([
      ...Array<number>(11).fill(1),
      2,
      2,
      2,
      2,
    ]);
  });

  test("given steps that begin their instances, then jobs say so of these", async () => {
    const first = { ...anExecution(), isFirst: true } as const;
    const executions = [first, ...Array.from({ length: 15 }, anExecution)];
    const { seen, until } = consume();
    await queue.enqueue([first]);
    await until(1);
    await queue.enqueue(executions);
    await until(1 + 4);
    const told = seen.flatMap(({ job }): object[] =>
      job.kind === "steps" ? [...job.executions] : [job],
    );
    expect(told.filter((each) => "isFirst" in each)).toEqual([{ kind: "step", ...first }, first]);
  });

  test("when a worker has taken some of a job, then the others alone come up again", async () => {
    const executions = Array.from({ length: 32 }, anExecution);
    const left: StepJob = { kind: "steps", executions: executions.slice(2, 4) };
    const { seen, until } = consume((job, times) =>
      times === 1 && executionsOf(job).length === 8 ? { offerAgainIn: 10, left } : "done",
    );
    await queue.enqueue(executions);
    await until(5);
    await untilEmpty(queue);
    const again = seen.map(({ job }) => job).filter((job) => executionsOf(job).length < 8);
    expect(again).toEqual([left]);
  });

  test("when a job is offered again at once, then on Redis it comes before those that came after it", async () => {
    const [first, second] = [anExecution(), anExecution()];
    const { seen, until, consumer } = consume((_job, times) =>
      times === 1 ? { offerAgainIn: 0 } : "done",
    );
    consumer.setOpen(false);
    await queue.enqueueAgain([first, second]);
    await until(3);
    await untilEmpty(queue);
    // Meanwhile whoever is idle could have had it.
    const [before, after] = seen.filter(
      ({ job }) => executionsOf(job)[0]?.executionId === first.executionId,
    );
    expect((after?.at ?? 0) - (before?.at ?? 0)).toBeGreaterThanOrEqual(HEAD_START - 1);
    const order = seen.flatMap(({ job }) => executionsOf(job));
    expect(order).toEqual(where === "Redis" ? [first, first, second] : [first, second, first]);
  });

  test("when jobs take long, then as many are at work at once as there may be, and no more", async () => {
    const { promise: gate, resolve: end } = Promise.withResolvers<JobVerdict>();
    const { until } = consume(() => gate);
    await queue.enqueueAgain(Array.from({ length: 6 }, anExecution));
    await until(4);
    await expect.poll(() => queue.counts()).toMatchObject({ waiting: 2, active: 4 });
    end("done");
    await until(6);
  });

  test("when a worker has no place left, then it takes one job at a time, and more when it has", async () => {
    const ends: (() => void)[] = [];
    const { seen, until, consumer } = consume(
      () => new Promise((resolve) => ends.push(() => resolve("done"))),
    );
    consumer.setOpen(false);
    await queue.enqueue(Array.from({ length: 3 }, anExecution));
    await until(1);
    await expect.poll(() => queue.counts()).toMatchObject({ waiting: 2, active: 1 });
    consumer.setOpen(true);
    // It looks for more as soon as the one that it has is over.
    ends.shift()?.();
    await until(3);
    expect(seen).toHaveLength(3);
    for (const end of ends) end();
  });
});

/** The executions that a job carries, as they were handed over. */
function executionsOf(job: StepJob): readonly ScheduledExecution[] {
  if (job.kind === "steps") return job.executions;
  return job.kind === "step" ? [{ executionId: job.executionId, attempt: job.attempt }] : [];
}

function byId(left: ScheduledExecution, right: ScheduledExecution): number {
  return left.executionId < right.executionId ? -1 : 1;
}
