import { describe, expect, test } from "vitest";
import { describeError } from "./step-error.ts";

const shaped = (members: object) => Object.assign(new Error("message"), members);

describe("describeError", () => {
  test("keeps class, message, stack and cause", () => {
    const error = new TypeError("broken", { cause: new Error("why") });
    expect(describeError(error)).toEqual({
      type: "TypeError",
      message: "broken",
      stack: error.stack,
      cause: "why",
    });
  });

  test.each<[string, unknown, string]>([
    ["a message that is an object", shaped({ message: { code: 5 } }), '{"code":5}'],
    ["no name", shaped({ name: undefined }), "message"],
    ["a stack that is a list", shaped({ stack: ["a"] }), "message"],
    ["an empty message", new RangeError(""), "RangeError"],
    ["a cycle as its message", shaped({ message: Object.assign([], { 0: null }) }), "[null]"],
    ["a bigint", 5n, "bigint"],
    ["nothing", undefined, "undefined"],
    ["a null character", new Error("a\u0000b"), "a\ufffdb"],
    ["half a character", "a\ud800", "a\ufffd"],
  ])("makes words of an error with %s", (_, error, message) => {
    expect(describeError(error).message).toBe(message);
  });

  test("gives up in words on an error that cannot be read", () => {
    const hostile = new Proxy(new Error("x"), {
      get: () => {
        throw new Error("no");
      },
    });
    expect(describeError(hostile).message).toBe("an error that cannot be read");
  });

  test("cuts what is too long", () => {
    expect(describeError(new Error("x".repeat(100_000))).message).toHaveLength(8_192);
  });
});
