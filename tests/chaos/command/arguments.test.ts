import { expect, test } from "vitest";
import { ArgumentsError, readArguments } from "./arguments.ts";

test("given nothing, then there are defaults and a new seed", () => {
  const { seed, ...rest } = readArguments([]) ?? { seed: null };
  expect(rest).toEqual({ minutes: 5, instances: 2_000, workers: 3, json: null });
  expect(seed).toBeGreaterThanOrEqual(0);
});

test("given all flags, then they are taken", () => {
  const flags = "--minutes 0.7 --instances 100 --workers 2 --seed 7 --json out.json";
  expect(readArguments(flags.split(" "))).toEqual({
    minutes: 0.7,
    instances: 100,
    workers: 2,
    seed: 7,
    json: "out.json",
  });
});

test("given --help, then there is nothing to run", () => {
  expect(readArguments(["--help"])).toBeNull();
});

test.each([
  [["--minutes", "x"], '--minutes is "x": expected a number from 0.1 to 600'],
  [["--minutes", "0"], '--minutes is "0": expected a number from 0.1 to 600'],
  [["--instances", "1.5"], '--instances is "1.5": expected a whole number from 1 to 1000000'],
  [["--workers", "1"], '--workers is "1": expected a whole number from 2 to 32'],
  [["--seed", "-1"], "--seed"],
  [["--sead", "1"], "Unknown option '--sead'"],
  [["5"], "Unexpected argument '5'"],
])("given %j, then one line says what is wrong", (args, message) => {
  expect(() => readArguments(args)).toThrow(ArgumentsError);
  expect(() => readArguments(args)).toThrow(message);
});
