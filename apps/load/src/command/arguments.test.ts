import { describe, expect, test } from "vitest";
import { readArguments } from "./arguments.ts";
import { ArgumentsError } from "./values.ts";

const LEAST = ["--url", "http://127.0.0.1:3000", "--workflow", "expense_approval"];
/** @param more arguments, none with blanks */
const read = (more = "") =>
  readArguments([...LEAST, ...more.split(" ").filter(Boolean)], undefined);

describe("arguments", () => {
  test("given the least, then the others are as the help says", () => {
    expect(read()).toMatchObject({
      target: { origin: "http://127.0.0.1:3000", prefix: "/workflows", apiKey: null },
      tag: expect.stringMatching(/^load-\d{8}T\d{6}-\w+$/),
      cleanUp: false,
      json: null,
      html: null,
      load: {
        workflow: "expense_approval",
        input: null,
        schedule: { profile: "steady", arrivals: "poisson", rate: 10, duration: 30 },
        timeout: 60_000,
        targetP95: 2_000,
        sample: 500,
      },
    });
  });

  test("given everything, then it is what was said", () => {
    const options = read(
      `--rate 0.5 --duration 2m --profile ramp --arrivals even --seed 7 --input {"a":1} --tag mine ` +
        `--complete-tasks --task-data {"ok":true} --target-p95 500ms --workers 3 --concurrency 8`,
    );
    expect(options).toMatchObject({
      tag: "mine",
      load: {
        input: { a: 1 },
        schedule: { profile: "ramp", arrivals: "even", rate: 0.5, duration: 120 },
        seed: 7,
        completeTasks: true,
        taskData: { ok: true },
        targetP95: 500,
        workers: 3,
        concurrency: 8,
      },
    });
  });

  test("given a path in the URL, then it stands before all routes", () => {
    const url = ["--url", "https://drover.example.com/api/flows/", "--workflow", "w"];
    expect(readArguments(url, undefined)?.target).toMatchObject({
      origin: "https://drover.example.com",
      prefix: "/api/flows",
    });
  });

  test("given a key in the environment, then it is taken unless another one is given", () => {
    expect(readArguments(LEAST, "from-environment")?.target.apiKey).toBe("from-environment");
    expect(readArguments([...LEAST, "--api-key", "k"], "from")?.target.apiKey).toBe("k");
  });

  test("given clean-up with a tag alone, then nothing is to be started", () => {
    const args = ["--url", "http://localhost", "--clean-up", "--tag", "t"];
    expect(readArguments(args, undefined)).toMatchObject({ load: null, cleanUp: true, tag: "t" });
  });

  test("given --help, then nothing else counts", () => {
    expect(readArguments(["--help"], undefined)).toBeNull();
  });
});

describe("misuse is told by the flag", () => {
  test.each([
    ["--rate fast", '--rate is "fast": expected a number from 0.01 to 100000'],
    ["--duration 60", '--duration is "60": expected a duration like 500ms, 60s, 5m or 1h'],
    ["--duration 25h", "--duration"],
    ["--profile wave", '--profile is "wave": expected steady, ramp, spike'],
    ["--arrivals odd", "--arrivals"],
    ["--connections 0", "--connections"],
    ["--sample 1.5", '--sample is "1.5": expected a whole number'],
    ["--input [1]", "--input: expected a JSON object"],
    ["--input {", "--input: "],
    ["--input @/no/such/file", "--input: ENOENT"],
    ["--task-data {}", "--task-data has a meaning with --complete-tasks alone"],
    ["--url ftp://x", '--url is "ftp://x"'],
    ["--url http://a:b@x", "--url"],
    ["--rate 100000 --duration 1h", "--rate and --duration come to 360000000 instances"],
    ["--speed 1", "--speed"],
    ["--json /no/such/folder/a.json", "--json: nothing can be written in /no/such/folder"],
  ])("%s", (args, message) => {
    expect(() => read(args)).toThrow(ArgumentsError);
    expect(() => read(args)).toThrow(message);
  });

  test.each([
    [[], "--url is missing"],
    [["--url", "http://x"], "--workflow is missing"],
    [["--url", "http://x", "--clean-up"], "--tag is missing"],
    [[...LEAST, "--tag", ""], "--tag: expected 1 to 255 characters"],
  ])("%s", (args, message) => {
    expect(() => readArguments(args, undefined)).toThrow(message);
  });
});
