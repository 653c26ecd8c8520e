import path from "node:path";
import { describe, expect, test } from "vitest";
import { projectDirectory } from "../project.ts";
import { readStartSettings } from "./settings.ts";

describe("given no variables", () => {
  test("when read, then the documented defaults hold", () => {
    expect(readStartSettings({})).toEqual({
      HOST: "127.0.0.1",
      PORT: 3000,
      WORKERS: 2,
      DATA_DIR: ".data",
      QUEUE_PREFIX: "drover",
      API_PREFIX: "/workflows",
      CONCURRENCY: 192,
      LOST_AFTER_SECONDS: 5,
      DRAIN_SECONDS: 20,
      WORKFLOWS: [path.join(projectDirectory, "examples/src/index.ts")],
      LOG_LEVEL: "warn",
    });
  });
});

describe("given a variable that is set to nothing", () => {
  test("when read, then it counts as not set", () => {
    expect(readStartSettings({ PORT: "", DATABASE_URL: " " })).toMatchObject({ PORT: 3000 });
  });
});

describe("given modules in WORKFLOWS", () => {
  test("when read, then paths are absolute and package names stay", () => {
    const { WORKFLOWS } = readStartSettings({ WORKFLOWS: "infra/run.mjs, @drover/engine" });
    expect(WORKFLOWS).toEqual([path.join(projectDirectory, "infra/run.mjs"), "@drover/engine"]);
  });
});

describe("given a wrong variable", () => {
  test.each([
    ["PORT", "http", "a whole number from 1 to 65535"],
    ["PORT", "70000", "a whole number from 1 to 65535"],
    ["PORT", "0", "a whole number from 1 to 65535"],
    ["WORKERS", "0", "a whole number from 1 to 64"],
    ["WORKERS", "1.5", "a whole number from 1 to 64"],
    ["HOST", "http://localhost", "a host name or address of this machine"],
    ["DATABASE_URL", "mysql://localhost/x", "a URL like postgres://"],
    ["DATABASE_URL", "localhost:5432", "a URL like postgres://"],
    ["REDIS_URL", "http://localhost", "a URL like redis://"],
    ["API_PREFIX", "workflows", "a path like /workflows"],
    ["API_PREFIX", "/workflows/", "a path like /workflows"],
    ["DRAIN_SECONDS", "-1", "a whole number of seconds from 0 to 3600"],
    ["WORKFLOWS", "./no-such-file.ts", "each of which exists"],
    ["WORKFLOWS", "nosuchpackage", "each of which exists"],
    ["CONCURRENCY", "abc", "a whole number from 1 to 1000"],
    ["LOST_AFTER_SECONDS", "1", "a whole number of seconds from 2 to 3600"],
    ["QUEUE_PREFIX", "a:b", "letters, digits, '_' and '-'"],
    ["QUEUE_BACKEND", "rabbit", "redis or postgres"],
    ["API_PREFIX", "/health", "does not begin with /health, /docs, /admin or /openapi.json"],
    ["LOG_LEVEL", "loud", "trace, debug, info, warn, error, fatal or silent"],
  ])("when %s is %s, then the line says what is expected", (name, value, expected) => {
    const read = () => readStartSettings({ [name]: value });
    const found = name.endsWith("_URL") ? "is wrong" : `is "${value}"`;
    expect(read).toThrow(`${name} ${found}: expected`);
    expect(read).toThrow(expected);
    expect(read).toThrow(expect.objectContaining({ code: "wrong_setting" }));
  });

  test("when it holds a password, then the line does not", () => {
    const read = () => readStartSettings({ DATABASE_URL: "mysql://me:s3cret@host/db" });
    expect(read).toThrow("DATABASE_URL is wrong");
    expect(read).not.toThrow("s3cret");
  });

  test("when there are two, then one line names both", () => {
    expect(() => readStartSettings({ PORT: "x", WORKERS: "y" })).toThrow(
      /^PORT is .*; WORKERS is .*$/,
    );
  });
});
