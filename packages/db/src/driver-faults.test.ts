import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

/** Runs a program that cuts connections; what it says of it. */
async function outcomeOf(program: string): Promise<unknown> {
  const script = fileURLToPath(new URL(`./testing/${program}.ts`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, inject("databaseUrl")]);
  return JSON.parse(stdout);
}

/*
 * postgres 3.4.9 throws where nobody can catch when a connection breaks inside a transaction
 * (porsager/postgres issues 1154 and 1208), or while it reads the types of a new connection, a pool
 * slot may stay dead, others may get answers to what they have not asked, and who sends something between
 * an error and the closing of its connection is never told what came of it. The patch in `patches/`
 * mends all of it; these tests fail without it.
 */
test("given a transaction, when its connection is cut, then it fails and the pool goes on", async () => {
  expect(await outcomeOf("cut-connections")).toEqual({ rounds: 30, refused: 30 });
});

test("given a connection on which types are read, when it is cut, then the process lives and the pool goes on", async () => {
  expect(await outcomeOf("cut-while-typing")).toEqual({ cuts: 40, answer: 7 });
});

test("given a transaction whose connection is cut, when it goes on, then nobody else gets its answers", async () => {
  expect(await outcomeOf("cut-beside-others")).toEqual({ wrong: 0, answered: true });
});

test("given an idle connection that is reset, when something is sent before it is closed, then its sender is told", async () => {
  expect(await outcomeOf("cut-before-closing")).toEqual({ told: 20, never: 0 });
});
