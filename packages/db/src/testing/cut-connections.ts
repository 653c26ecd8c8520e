import { createServer, connect, type Socket } from "node:net";
import postgres, { type Sql } from "postgres";

/*
 * A program, run by driver-faults.test.ts in a process of its own: cuts connections to Postgres
 * while a transaction is between two statements, many times, and says what came of it. What the
 * driver throws where nobody can catch it ends the process, and the test sees that.
 */

const ROUNDS = 30;

const databaseUrl = new URL(process.argv[2] ?? "");
const sockets = new Set<Socket>();
const proxy = createServer((client) => {
  const server = connect(Number(databaseUrl.port), databaseUrl.hostname);
  client.pipe(server).pipe(client);
  for (const socket of [client, server]) {
    sockets.add(socket);
    // Being cut is what these sockets are for.
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  }
});
await new Promise<void>((resolve) => {
  proxy.listen(0, "127.0.0.1", resolve);
});
const address = proxy.address();
if (typeof address !== "object" || address === null) throw new Error("the proxy has no port");
const throughProxy = new URL(databaseUrl);
throughProxy.port = String(address.port);

let refused = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  const sql = postgres(throughProxy.href, { max: 2, onnotice: () => {}, backoff: () => 0.01 });
  if (await failsWhenCut(sql)) refused += 1;
  await serves(sql);
  await sql.end({ timeout: 1 });
}
proxy.close();
for (const socket of sockets) socket.destroy();
process.stdout.write(`${JSON.stringify({ rounds: ROUNDS, refused })}\n`);

/**
 * The pool must still serve on all its slots. A query may fail once more, where whoever sent it
 * can catch it; a slot that has died with its connection would never answer.
 */
async function serves(sql: Sql): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const answers = await Promise.allSettled([sql`select 1`, sql`select 1`, sql`select 1`]);
    if (answers.every((answer) => answer.status === "fulfilled")) return;
  }
  throw new Error("the pool does not serve any more");
}

/** @returns whether the statement after the cut was refused to the one who sent it */
async function failsWhenCut(sql: Sql): Promise<boolean> {
  try {
    await sql.begin(async (transaction) => {
      await transaction`select 1`;
      const closed = Promise.all(
        [...sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve))),
      );
      for (const socket of sockets) socket.destroy();
      await closed;
      await transaction`select 2`;
    });
    return false;
  } catch {
    return true;
  }
}
