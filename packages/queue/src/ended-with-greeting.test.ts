import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { createTestDatabase } from "@drover/db/testing";
import { expect, inject, onTestFinished, test } from "vitest";
import { OneJob } from "./testing/one-job.ts";

/** Postgres' word that a session is ready: the end of its greeting. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** How Postgres ends a session (the protocol's ErrorResponse): severity, code and message. */
function ending(): Buffer {
  const fields = ["SFATAL", "VFATAL", "C57P01", "Mterminating connection", ""].join("\0");
  const body = Buffer.from(`${fields}\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Stands before Postgres and ends the first sessions in the same breath in which they are greeted. */
async function greetingAndEnding(target: URL, sessions: number): Promise<URL> {
  const sockets = new Set<Socket>();
  let left = sessions;
  const server = createServer((client) => {
    const postgres = connect(Number(target.port), target.hostname);
    const isToEnd = left > 0;
    left -= 1;
    for (const socket of [client, postgres]) {
      sockets.add(socket);
      // Being ended is what these sockets are for.
      socket.on("error", () => {});
    }
    client.on("close", () => postgres.destroy());
    postgres.on("close", () => client.destroy());
    client.on("data", (bytes) => void postgres.write(bytes));
    postgres.on("data", (bytes) => {
      const isReady = bytes.subarray(-READY.length).equals(READY);
      if (isToEnd && isReady) client.end(Buffer.concat([bytes, ending()]));
      else client.write(bytes);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  const through = new URL(target);
  through.hostname = "127.0.0.1";
  through.port = String(address.port);
  return through;
}

test("given a Postgres that greets sessions and ends them in one breath, then the process lives and work is taken", async () => {
  const unheard: unknown[] = [];
  const hear = (error: unknown) => void unheard.push(error);
  process.on("uncaughtExceptionMonitor", hear);
  onTestFinished(() => void process.off("uncaughtExceptionMonitor", hear));
  const database = await createTestDatabase(inject("databaseUrl"));
  const url = await greetingAndEnding(new URL(database.url), 12);
  const job = new OneJob(url.href);
  await expect
    .poll(() => job.handOver().then(() => "taken", String), { timeout: 60_000 })
    .toBe("taken");

  expect(await job.taken).toBe(job.executionId);
  expect(unheard).toEqual([]);
  await job[Symbol.asyncDispose]();
  await database.drop();
}, 120_000);
