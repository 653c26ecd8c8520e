import { describe, expect, test } from "vitest";
import { CommandLineError, readCommandLine } from "./command-line.ts";
import { seedOfRun } from "./seeds.ts";

describe("the command line of the simulator", () => {
  test("given nothing, then there are defaults", () => {
    expect(readCommandLine([])).toEqual({
      runs: 1_000,
      seed: 1,
      json: false,
      trace: false,
      planted: null,
    });
  });

  test("given everything, then it is read", () => {
    expect(
      readCommandLine(["--runs", "1", "--seed", "7", "--trace", "--plant", "no-sweeper"]),
    ).toEqual({ runs: 1, seed: 7, json: false, trace: true, planted: "no-sweeper" });
  });

  test("given --help, then nothing runs", () => {
    expect(readCommandLine(["--help"])).toBeNull();
  });

  test.each([
    [["--runs", "0"], "--runs must be a whole number from 1"],
    [["--runs", "many"], "'many'"],
    [["--seed", "1.5"], "--seed must be a whole number"],
    [["--seed", "4294967296"], "to 4294967295"],
    [["--plant", "bug"], "--plant must be one of no-fencing"],
    [["--trace"], "--trace needs --runs 1"],
    [["--trace", "--json", "--runs", "1"], "do not go together"],
    [["--fast"], "--fast"],
    [["5000"], "5000"],
  ])("given %j, then it is said what is wrong", (words, reason) => {
    expect(() => readCommandLine(words)).toThrow(CommandLineError);
    expect(() => readCommandLine(words)).toThrow(reason);
  });
});

test("given a run of a series, then its seed alone gives the same run", () => {
  const seeds = Array.from({ length: 1_000 }, (_, run) => seedOfRun(1, run));
  expect(seeds[0]).toBe(1);
  expect(new Set(seeds).size).toBe(seeds.length);
  for (const seed of seeds) expect(seedOfRun(seed, 0)).toBe(seed);
});
