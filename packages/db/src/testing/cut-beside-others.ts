import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { startProxyToCut } from "./proxy-to-cut.ts";

/*
 * A program, run by driver-faults.test.ts in a process of its own: cuts the only connection inside a
 * transaction while others wait for it, and lets the transaction go on at every moment of the
 * connection's coming back. Whoever waited must get an answer to what was asked, or an error.
 */

const ROUNDS = 120;

/** Queries that wait for the connection. */
const OTHERS = 4;

/** Milliseconds over which the moments are spread in which the transaction goes on. */
const MOMENTS = 12;

const proxy = await startProxyToCut(process.argv[2] ?? "");

const sql = postgres(proxy.url, {
  max: 1,
  onnotice: () => {},
  backoff: () => 0.001,
  // Without it an answer that somebody else has taken would be waited for for ever.
  answer_timeout: 2,
});
let wrong = 0;
let answered = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  const others: Promise<unknown>[] = [];
  await sql
    .begin(async (transaction) => {
      await transaction`select 1`;
      for (let n = 0; n < OTHERS; n += 1) others.push(ask(round * OTHERS + n));
      await proxy.cut();
      await pause((round * MOMENTS) / ROUNDS);
      await transaction`select 2`;
    })
    .catch(() => undefined);
  await Promise.all(others);
}
await sql.end({ timeout: 1 });
proxy.close();
process.stdout.write(`${JSON.stringify({ wrong, answered: answered > 0 })}\n`);
process.exit(0);

/** Asks for a number, and looks whether the answer is that number. */
async function ask(number: number): Promise<void> {
  const rows = await sql`select ${number}::int as answer`.catch(() => null);
  if (rows === null) return;
  if (rows.length === 1 && rows[0]?.["answer"] === number) answered += 1;
  else wrong += 1;
}
