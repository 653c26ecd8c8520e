import { describe, expect, test } from "vitest";
import { ArgumentsError, readArguments } from "./arguments.ts";

describe("given no arguments", () => {
  test("when they are read, then everything is measured in three rounds", () => {
    const options = readArguments([]);
    expect(options).toMatchObject({ quick: false, rounds: 3, json: null, html: null });
    expect(options?.only).toEqual([
      "chain",
      "fan-out",
      "timer",
      "approval",
      "start",
      "history",
      "scale",
    ]);
  });
});

describe("given --quick", () => {
  test("when they are read, then there is one round", () => {
    expect(readArguments(["--quick"])).toMatchObject({ quick: true, rounds: 1 });
  });

  test("when rounds are given, too, then they count", () => {
    expect(readArguments(["--quick", "--rounds", "2"])).toMatchObject({ rounds: 2 });
  });
});

test("given measures in any order, then they run in their own", () => {
  expect(readArguments(["--only", "timer, chain"])?.only).toEqual(["chain", "timer"]);
});

test("given files, then they are known", () => {
  const options = readArguments(["--json", "a.json", "--html", "b.html"]);
  expect(options).toMatchObject({ json: "a.json", html: "b.html" });
});

test("given --help, then nothing is to be run", () => {
  expect(readArguments(["--help"])).toBeNull();
});

test.each([
  [["--rounds", "0"], '--rounds is "0": expected a whole number from 1 to 100'],
  [["--rounds", "1.5"], '--rounds is "1.5": expected a whole number from 1 to 100'],
  [["--only", "chain,tiemr"], '--only has "tiemr": expected of chain, fan-out, timer'],
  [["--fast"], "'--fast'"],
])("given %j, then it says what is wrong", (args, message) => {
  expect(() => readArguments(args)).toThrow(ArgumentsError);
  expect(() => readArguments(args)).toThrow(message);
});
