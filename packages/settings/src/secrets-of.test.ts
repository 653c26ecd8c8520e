import { expect, test } from "vitest";
import { secretsOf } from "./secrets-of.ts";

test("given passwords in URLs and keys, then these are the secrets and nothing else is", () => {
  const environment = {
    DATABASE_URL: "postgres://me:s3cret%40home@db/drover?sslpassword=other-one",
    REDIS_URL: "redis://:hushhush@redis:6379",
    API_KEYS: "operator-0123456789, acme-0123456789abcdef@acme",
    WORKFLOWS: "./a.ts,./b.ts",
    LOG_LEVEL: undefined,
  };
  expect(secretsOf(environment)).toEqual([
    "s3cret%40home",
    "s3cret@home",
    "other-one",
    "hushhush",
    "operator-0123456789",
    "acme-0123456789abcdef",
  ]);
});

test("given URLs without a password, then there is no secret", () => {
  expect(secretsOf({ DATABASE_URL: "postgres://db/drover", REDIS_URL: "redis://redis" })).toEqual(
    [],
  );
});

test("given a URL that is none, then all of it is secret", () => {
  expect(secretsOf({ DATABASE_URL: "me:s3cret at db" })).toEqual(["me:s3cret at db"]);
  expect(secretsOf({ REDIS_URL: "redis://:100%safe@redis" })).toEqual(["100%safe"]);
});
