import { Redis } from "ioredis";
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import type { Instance, Problem } from "../support/api-shapes.ts";
import { HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { useOwnRedis } from "../support/own-redis.ts";

/** How often every connection is cut while there is work, and while there is none. */
const ROUNDS = 8;

/** Starts between two cuts. */
const STARTS = 10;

/** Milliseconds for work to flow again, on a slow day. */
const FLOWS_AGAIN = 90_000;

const redis = useOwnRedis();

describe.each(["Redis", "Postgres"])("given a queue on %s", (backend) => {
  const drover = useDrover(() => ({
    queue: backend === "Redis" ? { redisUrl: redis().url } : "postgres",
    workflows: [HELD_WORK],
  }));

  test("when all connections are cut over and over, busy and idle, then every process lives and all work is done", async () => {
    const { api, rows, programs, connection } = drover();
    using journal = new Journal();
    const sql = postgres(connection.databaseUrl, { max: 1, onnotice: () => {} });
    const client = new Redis(redis().url);
    /** @returns how many connections to Postgres it were */
    const cut = async () => {
      // Whoever cuts stays; in Redis that is so unless it is asked for.
      const ended = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`;
      await client.client("KILL", "TYPE", "NORMAL");
      return ended.length;
    };
    try {
      const started: string[] = [];
      let connections = 0;
      const startOne = async () => {
        const answer = await api.request<Instance & Problem>("POST", "/instances", {
          definition_name: "forked_work",
          input_data: { directory: journal.directory },
        });
        if (answer.status === 201) started.push(answer.body.id);
        // A start that has waited for too long is refused in words, and no other way.
        else expect([answer.status, answer.body.code]).toEqual([503, "DATABASE_UNAVAILABLE"]);
      };
      for (let round = 0; round < ROUNDS; round += 1) {
        const starting = Promise.all(Array.from({ length: STARTS }, startOne));
        connections += await cut();
        await starting;
        connections += await cut();
      }
      for (const id of started) await api.untilStatus(id, "completed", FLOWS_AGAIN);
      for (let round = 0; round < ROUNDS; round += 1) {
        connections += await cut();
        // They beat again, all of them: nobody is left with a connection that is dead for ever.
        const before = Date.now();
        await eventually("the workers beat again", async () => {
          const { workers } = await api.queues();
          return workers.every(({ last_heartbeat_at: at }) => Date.parse(at) > before);
        });
      }
      await startOne();
      for (const id of started) await api.untilStatus(id, "completed", FLOWS_AGAIN);
      expect(started.length).toBeGreaterThan(ROUNDS);
      process.stdout.write(
        `cut connections (${backend}): ${connections} to Postgres cut, ${started.length} instances completed\n`,
      );
      for (const program of programs) expect(program.isRunning).toBe(true);
      expect(drover().log).not.toMatch(/"level":60/);
      const executions = await rows.executions();
      expect(executions.filter(({ status }) => status !== "succeeded")).toEqual([]);
    } finally {
      client.disconnect();
      await sql.end({ timeout: 5 });
    }
  }, 300_000);
});
