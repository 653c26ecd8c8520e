import { createServer, connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";

/*
 * A program, run by driver-faults.test.ts in a process of its own: cuts each new connection to
 * Postgres in the moment in which the driver asks it for the types of arrays. What the driver rejects
 * where nobody can catch it ends the process, and the test sees that.
 */

const ROUNDS = 40;

/** What the driver's question for types holds and no other. */
const TYPES_QUESTION = "typarray";

const databaseUrl = new URL(process.argv[2] ?? "");
/** How often a connection was cut. */
const cut = { times: 0 };
const proxy = createServer((client) => {
  const server = connect(Number(databaseUrl.port), databaseUrl.hostname);
  // Being cut is what these sockets are for.
  for (const socket of [client, server]) socket.on("error", () => {});
  client.on("data", (data) => {
    if (!data.includes(TYPES_QUESTION) || cut.times >= ROUNDS) return;
    cut.times += 1;
    setImmediate(() => {
      client.destroy();
      server.destroy();
    });
  });
  client.pipe(server).pipe(client);
});
await new Promise<void>((resolve) => {
  proxy.listen(0, "127.0.0.1", resolve);
});
const address = proxy.address();
if (typeof address !== "object" || address === null) throw new Error("the proxy has no port");
const throughProxy = new URL(databaseUrl);
throughProxy.port = String(address.port);

const sql = postgres(throughProxy.href, { max: 2, onnotice: () => {}, backoff: () => 0.005 });
while (cut.times < ROUNDS) {
  // Whoever asks meanwhile may be refused, where it can be caught.
  await sql`select ${1}::int`.catch(() => undefined);
  // A rejection that nobody holds ends the process a turn later.
  await pause(1);
}
const [row] = await serves();
await sql.end({ timeout: 1 });
proxy.close();
process.stdout.write(`${JSON.stringify({ cuts: cut.times, answer: row?.["answer"] })}\n`);
process.exit(0);

/** Once nobody cuts any more, the pool serves; a query may fail where its sender can catch it. */
async function serves() {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const rows = await sql`select ${7}::int as answer`.catch(() => null);
    if (rows !== null) return rows;
  }
  throw new Error("the pool does not serve any more");
}
