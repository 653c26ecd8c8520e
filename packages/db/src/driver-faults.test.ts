import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("./testing/cut-connections.ts", import.meta.url));

/*
 * postgres 3.4.9 throws where nobody can catch when a connection breaks inside a transaction
 * (porsager/postgres issues 1154 and 1208), and a pool slot may stay dead. The patch in `patches/`
 * mends both; this test fails without it.
 */
test("given a transaction, when its connection is cut, then it fails and the pool goes on", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, inject("databaseUrl")]);
  expect(JSON.parse(stdout)).toEqual({ rounds: 30, refused: 30 });
});
