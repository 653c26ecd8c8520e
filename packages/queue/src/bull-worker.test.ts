import { Redis } from "ioredis";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, inject, test } from "vitest";
import type { JobVerdict } from "./bull-worker.ts";
import { anExecution, onRedis, untilEmpty, useQueue } from "./testing/queue-under-test.ts";

/** How many keys BullMQ's script has that gives a worker its next job. */
const LOOK_KEYS = "11";

/**
 * A connection that is told what everybody asks Redis. Not `redis.monitor()`: of what arrives together with the
 * answer to MONITOR, as other tests' commands can, ioredis 6 says that nobody has asked for it, and fails. That is
 * no loss here, as nothing of the test has been asked by then; anything else that keeps it from listening is thrown.
 */
async function monitorOf(url: string): Promise<Redis> {
  const monitor = new Redis(url, { monitor: true });
  return new Promise((resolve, reject) => {
    monitor.once("monitoring", () => {
      resolve(monitor);
    });
    monitor.on("error", (error) => {
      if (!error.message.startsWith("Command queue state error")) reject(error);
    });
  });
}

describe("BullMQ's worker on Redis", () => {
  const { queue: theQueue, consume } = useQueue(onRedis);

  /** What Redis is asked from now on: words that are to be echoed, and looks for a job of this queue. */
  async function listen(prefix: string) {
    const redis = new Redis(inject("redisUrl"));
    const asked: string[] = [];
    const monitor = await monitorOf(inject("redisUrl"));
    monitor.on("monitor", (_at: string, [command = "", ...words]: string[]) => {
      if (command === "echo") asked.push(words[0] ?? "");
      const isOurs = words.some((word) => word.startsWith(`${prefix}:`));
      if (isOurs && command.startsWith("eval") && words[1] === LOOK_KEYS) asked.push("look");
    });
    const end = () => {
      monitor.disconnect();
      redis.disconnect();
    };
    return { asked, echo: (word: string) => redis.echo(word), end };
  }

  test("when a job begins, then what it asks first goes before the look for the next one", async () => {
    const queue = theQueue();
    const { asked, echo, end } = await listen(queue.bullQueue.opts.prefix ?? "");
    await queue.enqueueAgain([anExecution()]);
    await echo("handed over");
    const { until } = consume(async (): Promise<JobVerdict> => {
      // As a claim, which waits for others that come with it.
      await turn();
      await echo("begun");
      return "done";
    });
    await until(1);
    await untilEmpty(queue);
    await expect.poll(() => asked).toContain("begun");
    end();
    const before = asked.slice(asked.indexOf("handed over"), asked.indexOf("begun"));
    expect(before).toEqual(["handed over", "look"]);
  });
});
