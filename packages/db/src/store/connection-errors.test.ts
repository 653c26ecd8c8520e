import { processPorts } from "@drover/platform";
import { describe, expect, test } from "vitest";
import { databaseTrouble, isConnectionError, isDenied, isRefusal } from "./connection-errors.ts";
import { persist } from "./persist.ts";

const withCode = (code: string) => Object.assign(new Error(code), { code });

describe("what Postgres and its driver throw", () => {
  test.each([
    ["ECONNRESET", "unreachable"],
    ["CONNECTION_CLOSED", "unreachable"],
    ["ANSWER_TIMEOUT", "unreachable"], // the driver's own clock
    ["QUEUE_TIMEOUT", "unreachable"],
    ["57P01", "unreachable"], // the server goes down
    ["57P03", "unreachable"], // the server starts
    ["53300", "unreachable"], // too many clients
    ["08006", "unreachable"],
    ["40P01", "busy"], // deadlock
    ["40001", "busy"],
    ["57014", "busy"], // the statement took too long
    ["55P03", "busy"], // a lock was not to be had
    ["25006", "read-only"],
    ["53100", "exhausted"], // the disk is full
    ["53200", "exhausted"], // no memory
    ["58030", "exhausted"], // the disk cannot be read
    ["22P05", null], // a character that cannot be stored
    ["23505", null], // a unique key
    ["54000", null], // too large
    ["XX000", null], // Postgres itself stumbled over it
    ["ERR_INVALID_ARG_TYPE", null],
  ])("%s tells of trouble of the kind %s", (code, kind) => {
    const error = withCode(code);
    expect(databaseTrouble(error)).toBe(kind);
    expect(isConnectionError(error)).toBe(kind === "unreachable");
    expect(isRefusal(error)).toBe(kind === null);
  });

  test.each(["28P01", "28000", "3D000"])(
    "%s is nobody's fault, and not tried again",
    async (code) => {
      const error = withCode(code);
      expect([isDenied(error), isRefusal(error), databaseTrouble(error)]).toEqual([
        true,
        false,
        "unreachable",
      ]);
      let tries = 0;
      const trying = persist({ ...processPorts, patience: 60_000 }, async () => {
        tries += 1;
        throw error;
      });
      await expect(trying).rejects.toBe(error);
      expect(tries).toBe(1);
    },
  );

  test("is recognised where Drizzle has wrapped it", () => {
    expect(isConnectionError(new Error("query failed", { cause: withCode("ECONNREFUSED") }))).toBe(
      true,
    );
  });

  test("is not recognised in what has no code", () => {
    expect(isConnectionError("gone")).toBe(false);
    expect(isRefusal(new RangeError("Invalid string length"))).toBe(true);
  });
});
