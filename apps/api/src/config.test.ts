import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";

const DATABASE_URL = "postgres://drover:secret@db:5432/drover";
const REDIS_URL = "redis://redis:6379";

test("defaults", () => {
  expect(readConfig({ DATABASE_URL, REDIS_URL, PORT: "", HOST: " " })).toEqual({
    databaseUrl: DATABASE_URL,
    databaseTimeoutSeconds: 8,
    queue: { backend: "redis", url: REDIS_URL },
    queuePrefix: "drover",
    host: "127.0.0.1",
    port: 3000,
    apiPrefix: "/workflows",
    apiKeys: [],
    admission: { requests: 512, bodyBytes: 64 * 1024 * 1024 },
    logLevel: "info",
    drainSeconds: 20,
    drainDelaySeconds: 0,
    faults: [],
    largestBody: 1_048_576,
  });
});

test("the queue may be in Postgres", () => {
  const { queue } = readConfig({ DATABASE_URL, QUEUE_BACKEND: "postgres" });
  expect(queue).toEqual({ backend: "postgres", url: DATABASE_URL });
});

describe("a wrong variable is named in one line, no secret is", () => {
  const cases: [Parameters<typeof readConfig>[0], RegExp][] = [
    [{ REDIS_URL }, /^DATABASE_URL is not set: expected a URL like postgres:/],
    [{ DATABASE_URL }, /^REDIS_URL is not set: give it, or QUEUE_BACKEND=postgres/],
    [{ DATABASE_URL: "mysql://secret@db" }, /^DATABASE_URL is wrong/],
    [{ DATABASE_URL, REDIS_URL: "secret" }, /^REDIS_URL is wrong/],
    [
      { DATABASE_URL, REDIS_URL, PORT: "x", API_PREFIX: "/x/" },
      /^PORT is "x".*; API_PREFIX is "\/x\/"/,
    ],
    [{ DATABASE_URL, REDIS_URL, API_KEYS: "my-secret" }, /^API_KEYS is wrong: expected keys/],
    [{ DATABASE_URL, REDIS_URL, LOG_LEVEL: "loud" }, /^LOG_LEVEL is "loud"/],
    [{ DATABASE_URL, REDIS_URL, DRAIN_SECONDS: "-1" }, /^DRAIN_SECONDS is "-1"/],
  ];
  test.each(cases)("%j", (environment, message) => {
    const read = () => readConfig(environment);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/secret|\n/);
  });
});
