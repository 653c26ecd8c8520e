import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { projectDirectory } from "../project.ts";
import { runToEnd } from "../processes/run-to-end.ts";
import { hasCode, reasonOf, StartError } from "../start-error.ts";
import { unprivilegedUser } from "./unprivileged-user.ts";

export interface DataDirectory {
  readonly path: string;
  /** Why it is not the folder that was asked for, in a line for a person. */
  readonly instead?: string;
}

/**
 * The folder for what local servers keep, made if it is missing.
 *
 * Postgres steps down from root to another user, who cannot reach a folder inside, say, /root. The data then lies in
 * /var/tmp, under a name made of the wanted path, so that the next start finds it again.
 *
 * @param wanted absolute, or relative to the project
 * @throws StartError `data_directory` when neither folder can be made.
 */
export async function openDataDirectory(wanted: string): Promise<DataDirectory> {
  const directory = path.resolve(projectDirectory, wanted);
  makeDirectory(directory);
  if (await isReachable(directory)) return { path: directory };
  const hash = createHash("sha256").update(directory).digest("hex").slice(0, 12);
  const instead = path.join("/var/tmp", `drover-${hash}`);
  makeDirectory(instead);
  refuseForeign(instead);
  return {
    path: instead,
    instead: `data lies in ${instead}, because Postgres does not run as root and no other user can reach ${directory}`,
  };
}

function makeDirectory(directory: string): void {
  try {
    const missing = missingLevels(directory);
    accessSync(missing[0] === undefined ? directory : path.dirname(missing[0]), constants.W_OK);
    for (const level of missing) makeLevel(level);
    if (!statSync(directory).isDirectory()) throw new Error("it is a file");
  } catch (error) {
    throw new StartError(
      "data_directory",
      `Cannot make the folder ${directory} (${reasonOf(error)}): set DATA_DIR to a folder that can be written`,
      { cause: error },
    );
  }
}

/**
 * The folders on the way to `directory` that are not there, the outermost first. Node can make them all in one call,
 * but that call never returns where the system lets nobody make a folder and says "no such file", as in /proc.
 */
function missingLevels(directory: string): string[] {
  const missing: string[] = [];
  for (let level = directory; !existsSync(level); level = path.dirname(level))
    missing.unshift(level);
  return missing;
}

function makeLevel(level: string): void {
  try {
    mkdirSync(level);
    // A strict umask would lock out the user that Postgres runs as.
    chmodSync(level, 0o755);
  } catch (error) {
    // Somebody else who needs it was faster.
    if (!hasCode(error, "EEXIST")) throw error;
  }
}

async function isReachable(directory: string): Promise<boolean> {
  const user = await unprivilegedUser(path.join(directory, "postgres"));
  if (user === undefined) return true;
  const { code } = await runToEnd("/bin/sh", ["-c", 'cd "$1"', "sh", directory], { user });
  return code === 0;
}

/** /var/tmp is open to everyone: someone could have put a folder or a link of theirs under the name we use. */
function refuseForeign(directory: string): void {
  const found = lstatSync(directory);
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new StartError(
      "data_directory",
      `${directory} is not a folder of this user: remove it or set DATA_DIR`,
    );
}
