import { existsSync } from "node:fs";
import { chown, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { canConnect } from "./database-check.ts";
import { freePort } from "./ports.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { createCluster, readPassword } from "./postgres-cluster.ts";
import { isAlive, processName } from "../processes/process-identity.ts";
import { type Outcome, runToEnd, type SystemUser } from "../processes/run-to-end.ts";
import { StartError } from "../start-error.ts";
import { unprivilegedUser } from "./unprivileged-user.ts";

export interface EmbeddedPostgresOptions {
  /** An existing folder; the cluster is made in `postgres` below it and stays there. */
  readonly directory: string;
  /** Where a copy of the programs may be put, when one is needed: `directory` when left out. */
  readonly copies?: string;
  /** A free one when left out. A server that is adopted keeps its own. */
  readonly port?: number;
  /**
   * Settings of the server, over `max_connections = 200`. Durability is Postgres' own default (everything on); a test
   * that wants less has to say so here.
   */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  readonly url: string;
  /** True when the server was already running, left behind by a process that was killed. */
  readonly adopted: boolean;
  /** Ends sessions, writes a checkpoint and waits until the server is gone. */
  stop(): Promise<void>;
  /** Ends the server at once, as a crash would; the next start recovers from the log. */
  kill(): Promise<void>;
}

interface Cluster {
  readonly programs: string;
  readonly data: string;
  readonly user: SystemUser | undefined;
}

/**
 * Starts a real Postgres server on 127.0.0.1, without anything installed.
 *
 * @throws StartError `embedded_postgres` with the reason.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const data = path.join(options.directory, "postgres");
  const user = await unprivilegedUser(data);
  const programs = await postgresBinaries(user, options.copies ?? options.directory);
  const cluster = { programs, data, user };
  if (!existsSync(path.join(data, "PG_VERSION")))
    await createCluster({ ...cluster, directory: options.directory });

  const password = await readPassword(options.directory);
  const urlAt = (port: number) => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const running = await portOfRunningServer(cluster, urlAt);
  const port = running ?? (await startOnPort(cluster, options));
  return {
    url: urlAt(port),
    adopted: running !== undefined,
    stop: () => stop(cluster, "fast"),
    kill: () => stop(cluster, "immediate"),
  };
}

function control(cluster: Cluster, args: readonly string[], capture = true): Promise<Outcome> {
  return runToEnd(path.join(cluster.programs, "bin/pg_ctl"), ["-D", cluster.data, ...args], {
    user: cluster.user,
    capture,
    environment: { LC_ALL: "C" },
  });
}

/** The port of a server that runs on this cluster already, from what it wrote into its own lock file. */
async function portOfRunningServer(
  cluster: Cluster,
  urlAt: (port: number) => string,
): Promise<number | undefined> {
  const lockFile = path.join(cluster.data, "postmaster.pid");
  if (!existsSync(lockFile)) return undefined;
  const lines = (await readFile(lockFile, "utf8")).split("\n");
  const pid = Number(lines[0]);
  if (!isAlive(pid) || processName(pid) !== "postgres") {
    // Postgres itself only compares the number, and would refuse to start when another program has it now.
    await rm(lockFile, { force: true });
    return undefined;
  }
  const port = Number(lines[3]);
  if (await canConnect(urlAt(port), 10_000)) return port;
  throw new StartError(
    "embedded_postgres",
    `The Postgres server left behind on ${cluster.data} (process ${pid}) does not answer: stop that process`,
  );
}

async function startOnPort(cluster: Cluster, options: EmbeddedPostgresOptions): Promise<number> {
  const log = path.join(options.directory, "postgres.log");
  const settings = {
    max_connections: "200",
    ...options.settings,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
  };
  await makeLog(log, cluster.user);
  // Someone may take the free port before Postgres does.
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const flags = Object.entries({ ...settings, port: String(port) }).map(
      ([name, value]) => `-c ${quoted(`${name}=${value}`)}`,
    );
    const start = ["start", "-w", "-t", "60", "-l", log, "-o", flags.join(" ")];
    const outcome = await control(cluster, start, false);
    if (outcome.code === 0) return port;
    const reason = await lastLine(log);
    if (
      attempt < 3 &&
      options.port === undefined &&
      /could not bind|not create any TCP/.test(reason)
    )
      continue;
    throw new StartError(
      "embedded_postgres",
      `The embedded Postgres did not start: ${reason} (see ${log})`,
    );
  }
}

/** pg_ctl hands these to a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Empty at each start, so that what is read from it is about this start; made for the user who writes it. */
async function makeLog(log: string, user: SystemUser | undefined): Promise<void> {
  await writeFile(log, "", { mode: 0o600 });
  if (user !== undefined) await chown(log, user.uid >>> 0, user.gid >>> 0);
}

async function lastLine(log: string): Promise<string> {
  const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
  const telling = lines.findLast((line) => /(?:FATAL|PANIC|ERROR):/.test(line));
  return telling ?? lines.at(-1) ?? "no reason given";
}

async function stop(cluster: Cluster, mode: "fast" | "immediate"): Promise<void> {
  const outcome = await control(cluster, ["stop", "-w", "-t", "30", "-m", mode]);
  if (outcome.code === 0 || !existsSync(path.join(cluster.data, "postmaster.pid"))) return;
  if (mode === "fast") return stop(cluster, "immediate");
  throw new StartError(
    "embedded_postgres",
    `The embedded Postgres did not stop: ${outcome.stderr.trim()}`,
  );
}
