import { timers } from "@drover/platform";
import { pino } from "pino";
import { expect, test } from "vitest";
import { doOnce } from "./loop.ts";

const ports = { logger: pino({ level: "silent" }), timers };

test("given a duty that fails twice, when it is done once, then it is tried until it succeeds", async () => {
  let rounds = 0;
  const run = async () => {
    rounds += 1;
    if (rounds < 3) throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  };
  await doOnce({ name: "sample", every: 1, run }, new AbortController().signal, ports);
  expect(rounds).toBe(3);
});

test("given a duty that always fails, when the signal says stop, then it is left", async () => {
  const stop = new AbortController();
  let rounds = 0;
  const run = async () => {
    rounds += 1;
    if (rounds === 2) stop.abort();
    throw new Error("Postgres is away");
  };
  await doOnce({ name: "sample", every: 1, run }, stop.signal, ports);
  expect(rounds).toBe(2);
});
