import { describe, expect, test } from "vitest";
import { isConflict, isConnectionError, isRefusal } from "./connection-errors.ts";

const withCode = (code: string) => Object.assign(new Error(code), { code });

describe("what Postgres and its driver throw", () => {
  test.each([
    ["ECONNRESET", "connection"],
    ["CONNECTION_CLOSED", "connection"],
    ["57P01", "connection"], // the server goes down
    ["57P03", "connection"], // the server starts
    ["53300", "connection"], // too many clients
    ["08006", "connection"],
    ["40P01", "conflict"], // deadlock
    ["40001", "conflict"],
    ["22P05", "refusal"], // a character that cannot be stored
    ["23505", "refusal"], // a unique key
    ["54000", "refusal"], // too large
    ["XX000", "refusal"], // Postgres itself stumbled over it
    ["ERR_INVALID_ARG_TYPE", "refusal"],
    ["57014", "trouble"], // the statement took too long
    ["55P03", "trouble"], // a lock was not to be had
    ["25006", "trouble"], // read-only
    ["53100", "trouble"], // the disk is full
  ])("%s is of the kind %s", (code, kind) => {
    const error = withCode(code);
    expect({
      connection: isConnectionError(error),
      conflict: isConflict(error),
      refusal: isRefusal(error),
    }).toEqual({
      connection: kind === "connection",
      conflict: kind === "conflict",
      refusal: kind === "refusal",
    });
  });

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
