import { createHash } from "node:crypto";
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

describe("apiKeys", () => {
  const hash = (secret: string) => createHash("sha256").update(secret).digest();
  const longest = "t".repeat(255);

  test("given secrets with and without tenants, then hashes are kept", () => {
    const given = ` operator-s3cret_01, acme-s3cret-00001@acme ,long-s3cret-00001@${longest},at-s3cret-0000001@a@b`;
    expect(fields.apiKeys.parse(given)).toEqual([
      { secretHash: hash("operator-s3cret_01"), tenantId: null },
      { secretHash: hash("acme-s3cret-00001"), tenantId: "acme" },
      { secretHash: hash("long-s3cret-00001"), tenantId: longest },
      { secretHash: hash("at-s3cret-0000001"), tenantId: "a@b" },
    ]);
  });

  test.each([
    "short-s3cret-15",
    "operator-s3cret_01,",
    "operator-s3cret_01,,acme-s3cret-00001",
    "operator-s3cret 01",
    "operator-s3cret:01@acme",
    "@operator-s3cret_01",
    "operator-s3cret_01@",
    `operator-s3cret_01@${longest}t`,
    "operator-s3cret_01,operator-s3cret_01@acme",
  ])("given %s, then one line names the variable and tells no secret", (given) => {
    const read = () => readSettings(z.object({ API_KEYS: fields.apiKeys }), { API_KEYS: given });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(/^API_KEYS is wrong: expected keys separated by commas, no two alike/);
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
