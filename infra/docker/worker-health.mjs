// Whether the worker in this container lives: whether Postgres has heard of it lately. A worker
// that is silent for longer than LOST_AFTER_SECONDS loses its steps to the others.
// Runs every few seconds beside each worker, so it loads the driver and nothing else.
import { createRequire } from "node:module";
import { hostname } from "node:os";

const postgres = createRequire(new URL("../../packages/db/package.json", import.meta.url))(
  "postgres",
);
const { DATABASE_URL: url, LOST_AFTER_SECONDS: lostAfter } = process.env;

const sql = postgres(url, { max: 1, connect_timeout: 3 });
try {
  const [{ silence }] = await sql`
    select extract(epoch from now() - max(heartbeat_at))::float8 as silence
    from workflow_workers where host = ${hostname()}`;
  const heard = silence === null ? "no heartbeat yet" : `last heartbeat ${silence} s ago`;
  process.stdout.write(`${heard}\n`);
  process.exitCode = silence !== null && silence <= Number(lostAfter || 5) ? 0 : 1;
} catch (error) {
  process.stdout.write(`Postgres does not answer: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  await sql.end({ timeout: 1 });
}
