import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { findProgram, pathFolders, type RedisProgram } from "./redis-programs.ts";
import { type Outcome, runToEnd } from "../processes/run-to-end.ts";
import { hasCode, StartError } from "../start-error.ts";

/** Valkey is in newer releases only; in both, the program itself lies in the package of tools. */
const packageChoices = [
  ["redis-server", "redis-tools"],
  ["valkey-server", "valkey-tools"],
];

/** Whether this machine has the programs of a Debian or Ubuntu system that fetching needs. */
export function canFetchRedis(environment: NodeJS.ProcessEnv): boolean {
  const folders = [...pathFolders(environment), "/usr/bin"];
  return ["apt-get", "dpkg"].every((name) => findProgram([name], folders) !== undefined);
}

/**
 * Fetches a Redis server from the archive of this Debian or Ubuntu, without root and without installing it: the
 * package lists, the packages and what they unpack to all lie in `directory`, where the next call finds them.
 *
 * @param directory an existing folder
 * @throws StartError `local_redis` with what the package tools said.
 */
export async function fetchRedis(directory: string): Promise<RedisProgram> {
  const place = path.join(directory, "fetched-redis");
  if (!existsSync(place)) await fetchInto(place);
  const program = findProgram(["redis-server", "valkey-server"], [path.join(place, "usr/bin")]);
  if (program === undefined)
    throw new StartError("local_redis", `There is no Redis server in ${place}: remove that folder`);
  return { path: program, libraries: await libraryFolders(place) };
}

/** Two programs may fetch at the same time; each fetches its own and the first to finish wins. */
async function fetchInto(place: string): Promise<void> {
  const workshop = await mkdtemp(`${place}-`);
  try {
    const archive = path.join(workshop, "archive");
    const unpacked = path.join(workshop, "unpacked");
    await mkdir(path.join(workshop, "lists/partial"), { recursive: true });
    await mkdir(path.join(workshop, "cache/archives/partial"), { recursive: true });
    await mkdir(archive);
    await mkdir(unpacked);
    const apt = aptGet(workshop, archive);
    succeeded(await apt("update"));
    succeeded(await apt("download", ...(await missingPackages(apt))));
    for (const file of await readdir(archive))
      succeeded(await runToEnd("dpkg", ["-x", path.join(archive, file), unpacked]));
    await rename(unpacked, place);
  } catch (error) {
    if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

type AptGet = (...args: readonly string[]) => Promise<Outcome>;

function aptGet(workshop: string, archive: string): AptGet {
  const options = [
    `Dir::State=${workshop}`,
    `Dir::State::lists=${workshop}/lists`,
    "Dir::State::status=/var/lib/dpkg/status",
    `Dir::Cache=${workshop}/cache`,
    // Root would otherwise download as a user who cannot write here; others cannot lock the system's files.
    "APT::Sandbox::User=root",
    "Debug::NoLocking=1",
  ].flatMap((option) => ["-o", option]);
  return (...args) =>
    runToEnd("apt-get", ["-q", ...options, ...args], {
      directory: archive,
      environment: { LC_ALL: "C" },
    });
}

/** The server and those of its libraries that this machine lacks. */
async function missingPackages(apt: AptGet): Promise<string[]> {
  const reasons: string[] = [];
  for (const choice of packageChoices) {
    const plan = await apt("install", "--simulate", "--no-install-recommends", ...choice);
    if (plan.code === 0) {
      const planned = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? "");
      return [...new Set([...choice, ...planned])].filter((name) => name !== "adduser");
    }
    reasons.push(lastLine(plan));
  }
  throw new StartError("local_redis", `The package archive has no Redis: ${reasons.join("; ")}`);
}

function succeeded(outcome: Outcome): void {
  if (outcome.code !== 0)
    throw new StartError(
      "local_redis",
      `Redis could not be fetched from the package archive: ${lastLine(outcome)}`,
    );
}

function lastLine({ stderr, stdout }: Outcome): string {
  return (stderr.trim() || stdout.trim()).split("\n").at(-1) ?? "";
}

async function libraryFolders(place: string): Promise<string[]> {
  const roots = ["usr/lib", "lib"].map((name) => path.join(place, name)).filter(existsSync);
  const below = await Promise.all(
    roots.map(async (root) => {
      const entries = await readdir(root, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => path.join(root, name));
    }),
  );
  return [...roots, ...below.flat()];
}
