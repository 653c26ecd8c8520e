import { chown, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { runToEnd, type SystemUser } from "../processes/run-to-end.ts";
import { newPassword } from "../secrets.ts";
import { StartError } from "../start-error.ts";

export interface NewCluster {
  /** Where the data goes; must not exist, or be a leftover without data. */
  readonly data: string;
  /** The folder around it, where the password is kept. */
  readonly directory: string;
  readonly programs: string;
  readonly user: SystemUser | undefined;
}

/**
 * Makes an empty cluster with a superuser `postgres` and a password of its own: the server listens on 127.0.0.1, where
 * every user of the machine can reach it.
 *
 * It is made beside its place and then moved there, so that a start that was killed half-way leaves nothing that looks
 * like data.
 *
 * @throws StartError `embedded_postgres` with what initdb said.
 */
export async function createCluster(cluster: NewCluster): Promise<void> {
  const workshop = await mkdtemp(path.join(cluster.directory, "new-postgres-"));
  const fresh = path.join(workshop, "data");
  const passwordFile = path.join(workshop, "password");
  const password = newPassword();
  await writeFile(passwordFile, password, { mode: 0o600 });
  await giveTo(cluster.user, passwordFile, workshop);
  const outcome = await runToEnd(
    path.join(cluster.programs, "bin/initdb"),
    [
      `--pgdata=${fresh}`,
      "--username=postgres",
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--no-instructions",
    ],
    { user: cluster.user, environment: { LC_ALL: "C" } },
  );
  if (outcome.code === 0) {
    // The password first: data without it could never be opened again.
    await writeFile(passwordPath(cluster.directory), password, { mode: 0o600 });
    await rename(fresh, cluster.data);
  }
  await rm(workshop, { recursive: true, force: true });
  if (outcome.code !== 0)
    throw new StartError(
      "embedded_postgres",
      `The embedded Postgres could not make its data folder: ${outcome.stderr.trim()}`,
    );
}

/** The superuser's password of the cluster in `directory`. */
export async function readPassword(directory: string): Promise<string> {
  return await readFile(passwordPath(directory), "utf8");
}

function passwordPath(directory: string): string {
  return path.join(directory, "postgres.password");
}

async function giveTo(user: SystemUser | undefined, ...files: readonly string[]): Promise<void> {
  if (user === undefined) return;
  // Some systems count the user nobody as -2, which chown wants without a sign.
  for (const file of files) await chown(file, user.uid >>> 0, user.gid >>> 0);
}
