import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { takeRunLock } from "./run-lock.ts";

test("given a folder that a living process holds, when taken again, then it is refused by name", () => {
  using folder = temporaryFolder();
  takeRunLock(folder.path);
  expect(() => takeRunLock(folder.path)).toThrow(
    `is in use by another start (process ${process.pid}): stop it or set DATA_DIR`,
  );
});

test("given a lock whose number another process has now, when taken, then it is ours", () => {
  using folder = temporaryFolder();
  const file = path.join(folder.path, "running");
  writeFileSync(file, `${process.pid} long ago`);
  takeRunLock(folder.path);
  expect(readFileSync(file, "utf8")).not.toContain("long ago");
});
