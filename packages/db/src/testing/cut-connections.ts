import postgres, { type Sql } from "postgres";
import { startProxyToCut } from "./proxy-to-cut.ts";

/*
 * A program, run by driver-faults.test.ts in a process of its own: cuts connections to Postgres
 * while a transaction is between two statements, many times, and says what came of it. What the
 * driver throws where nobody can catch it ends the process, and the test sees that.
 */

const ROUNDS = 30;

const proxy = await startProxyToCut(process.argv[2] ?? "");

let refused = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  const sql = postgres(proxy.url, { max: 2, onnotice: () => {}, backoff: () => 0.01 });
  if (await failsWhenCut(sql)) refused += 1;
  await serves(sql);
  await sql.end({ timeout: 1 });
}
proxy.close();
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
      await proxy.cut();
      await transaction`select 2`;
    });
    return false;
  } catch {
    return true;
  }
}
