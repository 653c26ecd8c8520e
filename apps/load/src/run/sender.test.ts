import { expect, test } from "vitest";
import { ClockOffset } from "../measure/clock-offset.ts";
import { type Script, scriptedClient, startedInstance } from "../testing/scripted-server.ts";
import { Ledger } from "./ledger.ts";
import { sendAll } from "./sender.ts";

const ORDER = { definition_name: "w", version: "1.0.0", input_data: {}, correlation_id: "t" };

/** Sends at these times, by a server that does as the script says. */
async function sending(
  arrivals: readonly number[],
  script: Script,
  stop = new AbortController().signal,
  connections = 4,
): Promise<Ledger> {
  const client = await scriptedClient(script, connections);
  const ledger = new Ledger();
  const begin = performance.now();
  const clock = new ClockOffset();
  await sendAll({ client, order: ORDER, arrivals, begin, ledger, clock, stop });
  return ledger;
}

test("given a server that stands still, then starts go on being due, and each waits from then on", async () => {
  const underWay = Promise.withResolvers<void>();
  let asked = 0;
  const HELD = 120;
  const script: Script = async () => {
    asked += 1;
    // All but the first one wait in this machine: there is one connection.
    if (asked === 1) setTimeout(underWay.resolve, HELD);
    await underWay.promise;
    return [201, startedInstance(String(asked))];
  };
  const { sent } = await sending([0, 10, 20, 30], script, undefined, 1);
  expect(sent.map(({ intended }) => intended)).toEqual([0, 10, 20, 30]);
  for (const { intended, sent: sentAt, answered } of sent) {
    expect(sentAt).toBeGreaterThanOrEqual(intended);
    expect(answered).toBeGreaterThanOrEqual(HELD);
  }
});

test("given answers that are none of success, then they are counted by status and code", async () => {
  const problem = { code: "OVERLOADED", detail: "As much in hand as it can take" };
  const { sent, errors } = await sending([0, 0], () => Promise.resolve([503, problem]));
  expect(sent.map(({ id }) => id)).toEqual([null, null]);
  expect(errors).toEqual([
    { during: "start", kind: "503 OVERLOADED", count: 2, example: problem.detail },
  ]);
});

test("given somebody who stops it, then what is under way is answered and nothing more is sent", async () => {
  const stop = new AbortController();
  const script: Script = () => {
    stop.abort();
    return Promise.resolve([201, startedInstance("a")]);
  };
  const ledger = await sending([0, 3_600_000], script, stop.signal);
  expect(ledger.sent).toMatchObject([{ id: "a" }]);
});
