import { expect, test } from "vitest";
import { tellingLine } from "./telling-line.ts";

test.each([
  {
    given: "an uncaught error of Node",
    lines: [
      "file:///main.ts:1",
      "throw new Error('no table')",
      "      ^",
      "Error: no table",
      "    at main.ts:1:7",
      "",
      "Node.js v24.0.0",
    ],
    says: "Error: no table",
  },
  {
    given: "an error with properties printed below it",
    lines: ["Error: connect ECONNREFUSED", "    at x {", "  errno: -111,", "}", "Node.js v24.0.0"],
    says: "Error: connect ECONNREFUSED",
  },
  {
    given: "a line of a JSON log",
    lines: ['{"level":60,"err":{"message":"no route"},"msg":"cannot connect"}'],
    says: "cannot connect: no route",
  },
  { given: "plain words", lines: ["one", "two", ""], says: "two" },
  { given: "something that only looks like JSON", lines: ["{ two"], says: "{ two" },
  { given: "nothing", lines: [], says: "it said nothing" },
])("given $given, when it ended, then the line says why", ({ lines, says }) => {
  expect(tellingLine(lines)).toBe(says);
});
