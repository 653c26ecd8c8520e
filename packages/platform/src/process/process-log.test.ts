import { expect, test } from "vitest";
import { toldError } from "./told-error.ts";
import { withoutSecrets } from "./without-secrets.ts";

test("given an error with the command that failed, then its code is told and the command is not", () => {
  const error = Object.assign(new Error("WRONGPASS"), {
    code: "ERR",
    command: { name: "auth", args: ["s3cret-password"] },
    detail: "Failing row contains (s3cret-password)",
  });
  const told = toldError(new Error("away", { cause: error }));
  expect(told).toMatchObject({
    type: "Error",
    message: "away",
    cause: { message: "WRONGPASS", code: "ERR" },
  });
  expect(JSON.stringify(told)).not.toContain("s3cret");
});

test("given errors within errors without end, then it comes to one", () => {
  const error = new AggregateError([new Error("first")], "several");
  error.cause = error;
  expect(toldError(error)).toMatchObject({ errors: [{ message: "first" }] });
});

test.each([
  ["nothing", undefined, "undefined"],
  ["a text", "went wrong", "went wrong"],
  ["what has no text", Object.create(null), "something that cannot be told"],
])("given %s thrown instead of an error, then that is told", (_, thrown, message) => {
  expect(toldError(thrown).message).toBe(message);
});

test("given secrets in a line, then they are blotted out in every form", () => {
  const clean = withoutSecrets(['pass"word/1', 'pass"word', "short"]);
  const line = JSON.stringify({ url: `redis://:${encodeURIComponent('pass"word/1')}@host` });
  expect(clean(line)).toBe('{"url":"redis://:***@host"}');
  expect(clean(JSON.stringify({ a: 'pass"word/1', b: 'pass"word', c: "short" }))).toBe(
    '{"a":"***","b":"***","c":"short"}',
  );
});
