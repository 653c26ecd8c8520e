import type { ExpiredPiece, Expiry } from "@drover/db";
import { asId, type InstanceId } from "@drover/engine";
import { processPorts } from "@drover/platform";
import { pino } from "pino";
import { expect, test } from "vitest";
import { retentionDuty } from "./retention.ts";

const HOUR = 3_600_000;
const reached = asId<InstanceId>("018f0000-0000-7000-8000-000000000001");

/** A retention of one hour whose pieces come to what is said, on a clock that is moved by hand. */
function retention(pieces: (ExpiredPiece | Error | null)[]) {
  const asked: Expiry[] = [];
  const lines: string[] = [];
  const clock = { monotonic: 0 };
  const duty = retentionDuty(
    {
      keepFor: HOUR,
      deleteExpired: async (expiry) => {
        asked.push(expiry);
        const piece = pieces.shift() ?? null;
        if (piece instanceof Error) throw piece;
        return piece;
      },
    },
    {
      logger: pino({}, { write: (line) => void lines.push(line) }),
      ports: {
        ...processPorts,
        now: () => new Date(10 * HOUR),
        monotonic: () => clock.monotonic,
      },
    },
  );
  return { duty, asked, lines, clock };
}

test("a round goes on where the last piece has ended, and the next begins later", async () => {
  const end = { deleted: 0, reached: null };
  const { duty, asked, lines, clock } = retention([{ deleted: 500, reached }, end, end]);
  for (let time = 0; time < 5; time += 1) await duty.run();
  const completedBefore = new Date(9 * HOUR);
  expect(asked).toEqual([
    { completedBefore, after: null },
    { completedBefore, after: reached },
  ]);
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([{ instances: 500 }]);
  clock.monotonic += HOUR;
  await duty.run();
  expect(asked.at(-1)).toEqual({ completedBefore, after: null });
  expect(lines).toHaveLength(1);
});

test("a worker that finds another one at it leaves the round to that one", async () => {
  const { duty, asked } = retention([{ deleted: 500, reached }, null]);
  for (let time = 0; time < 5; time += 1) await duty.run();
  expect(asked).toHaveLength(2);
});

test("a piece that fails is tried again where it stood", async () => {
  const end = { deleted: 0, reached: null };
  const { duty, asked } = retention([
    { deleted: 500, reached },
    new Error("Postgres is away"),
    end,
  ]);
  await duty.run();
  await expect(duty.run()).rejects.toThrow("Postgres is away");
  await duty.run();
  expect(asked.map(({ after }) => after)).toEqual([null, reached, reached]);
});
