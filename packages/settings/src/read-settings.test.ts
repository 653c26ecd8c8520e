import { describe, expect, test } from "vitest";
import { z } from "zod";
import * as fields from "./fields.ts";
import { queueLocation } from "./queue-location.ts";
import { readSettings, SettingsError } from "./read-settings.ts";

const schema = z.object({
  DATABASE_URL: fields.databaseUrl,
  REDIS_URL: fields.redisUrl.optional(),
  PORT: fields.wholeNumber(1, 65_535).default(3_000),
  LOG_LEVEL: fields.logLevel.default("info"),
});
const DATABASE_URL = "postgres://me:s3cret@db/drover";

describe("readSettings", () => {
  test("given what is needed, then the rest has its defaults; nothing counts as not set", () => {
    expect(readSettings(schema, { DATABASE_URL, PORT: " ", LOG_LEVEL: "" })).toEqual({
      DATABASE_URL,
      PORT: 3_000,
      LOG_LEVEL: "info",
    });
  });

  test.each([
    [
      {},
      "DATABASE_URL is not set: expected a URL like postgres://user:password@host:5432/database",
    ],
    [{ DATABASE_URL: "mysql://me:s3cret@db" }, "DATABASE_URL is wrong: expected a URL like"],
    [{ DATABASE_URL, REDIS_URL: "s3cret" }, "REDIS_URL is wrong: expected a URL like redis://"],
    [{ DATABASE_URL, PORT: "x" }, 'PORT is "x": expected a whole number from 1 to 65535'],
    [{ DATABASE_URL, PORT: "0" }, 'PORT is "0": expected a whole number from 1 to 65535'],
    [
      { DATABASE_URL, PORT: "-1", LOG_LEVEL: "loud" },
      'PORT is "-1": expected a whole number from 1 to 65535; LOG_LEVEL is "loud": expected trace',
    ],
  ])("given %j, then one line says what is wrong and tells no secret", (environment, message) => {
    const read = () => readSettings(schema, environment);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/s3cret|\n/);
  });
});

describe("apiPrefix", () => {
  test.each(["/health", "/docs", "/admin", "/openapi.json", "/admin/flows"])(
    "given %s, where the API serves something else, then it is refused",
    (prefix) => expect(fields.apiPrefix.safeParse(prefix).success).toBe(false),
  );

  test.each(["/workflows", "/healthy", "/api/docs"])("given %s, then it is taken", (prefix) =>
    expect(fields.apiPrefix.safeParse(prefix).success).toBe(true),
  );
});

describe("queueLocation", () => {
  test("is where the backend is", () => {
    const REDIS_URL = "redis://redis:6379";
    const location = (QUEUE_BACKEND: "redis" | "postgres") =>
      queueLocation({ QUEUE_BACKEND, REDIS_URL, DATABASE_URL });
    expect(location("redis")).toEqual({ backend: "redis", url: REDIS_URL });
    expect(location("postgres")).toEqual({ backend: "postgres", url: DATABASE_URL });
  });

  test("given no Redis, then it is said what to do", () => {
    expect(() => queueLocation({ QUEUE_BACKEND: "redis", DATABASE_URL })).toThrow(
      "REDIS_URL is not set: give it, or QUEUE_BACKEND=postgres to do without",
    );
  });
});
