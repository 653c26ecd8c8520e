import { setTimeout as pause } from "node:timers/promises";
import { percentile } from "@drover/report";
import { DROVER, Drover, START_PATH, startBody, TASKS_PATH } from "../subjects/drover.ts";
import { HttpClient } from "../world/http-client.ts";
import { type Measure, withRunning } from "./measure.ts";

/** People at once; each takes up the next approval when one is done. */
const PEOPLE = 32;

/** Milliseconds until somebody looks again whether the task is there. */
const LOOK = 10;

/** Rows of an approval: the task's step and the one after it. */
const ROWS = 2;

/** Milliseconds that the calls of each kind took. */
interface Calls {
  readonly start: number[];
  readonly "list tasks": number[];
  readonly complete: number[];
}

async function timed<T>(into: number[], call: () => Promise<T>): Promise<T> {
  const before = performance.now();
  const answer = await call();
  into.push(performance.now() - before);
  return answer;
}

/** Starts an approval, waits for its task as an inbox does, and approves. */
async function approve(client: HttpClient, calls: Calls): Promise<void> {
  const body = startBody("approval");
  const { id } = await timed(calls.start, () => client.post<{ id: string }>(START_PATH, body));
  for (;;) {
    const [task] = await timed(calls["list tasks"], () =>
      client.get<{ id: string }[]>(`${TASKS_PATH}?instance_id=${id}`),
    );
    if (task !== undefined) {
      const answer = { output_data: { approved: true }, completed_by: "bench" };
      const path = `${TASKS_PATH}/${task.id}/complete`;
      await timed(calls.complete, () => client.post(path, answer));
      return;
    }
    await pause(LOOK);
  }
}

async function approveFor(client: HttpClient, seconds: number): Promise<Calls> {
  const calls: Calls = { start: [], "list tasks": [], complete: [] };
  const begun = performance.now();
  const person = async () => {
    while (performance.now() - begun < seconds * 1_000) await approve(client, calls);
  };
  await Promise.all(Array.from({ length: PEOPLE }, person));
  return calls;
}

/** Start over HTTP, a person's task, its completion over HTTP, a machine's step. */
export const approval: Measure = {
  name: "approval",
  parts: [
    {
      name: DROVER,
      run: (ground) =>
        withRunning(
          () => Drover.start(ground.servers, { workers: 1 }),
          async ({ subject, origin }) => {
            const client = new HttpClient(origin, PEOPLE);
            await approveFor(client, 1);
            const mark = await subject.mark();
            const calls = await approveFor(client, ground.sizes.seconds / 2);
            await client.close();
            await subject.untilOver(mark, LOOK);
            const { milliseconds, workflows } = await subject.span(mark);
            ground.checked(await subject.check(mark, calls.complete.length, ROWS));
            ground.figure("completed", DROVER, "per second", (workflows * 1_000) / milliseconds);
            for (const [call, took] of Object.entries(calls)) {
              const sorted = took.toSorted((a: number, b: number) => a - b);
              ground.figure(`${call}, p99`, DROVER, "ms", percentile(sorted, 0.99) ?? Number.NaN);
            }
          },
        ),
    },
  ],
};
