import { expect, test } from "vitest";
import { withoutPassword } from "./secrets.ts";

test.each([
  ["postgres://me:pass@host:5432/db", "postgres://me:***@host:5432/db"],
  ["redis://:p@ss:w0rd@host", "redis://:***@host"],
  ["postgres://host/db?user=me&password=pass&x=1", "postgres://host/db?user=me&password=***&x=1"],
  ["postgres://me@host/db", "postgres://me@host/db"],
  ["redis://127.0.0.1:6379", "redis://127.0.0.1:6379"],
])("given %s, when shown, then the password is hidden", (url, shown) => {
  expect(withoutPassword(url)).toBe(shown);
});
