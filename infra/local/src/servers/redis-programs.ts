import { accessSync, constants } from "node:fs";
import path from "node:path";

export interface RedisProgram {
  readonly path: string;
  /** Folders with the shared libraries it needs, when it does not lie where it was built for. */
  readonly libraries?: readonly string[];
}

const names = ["redis-server", "valkey-server"];

/** Homebrew's places, which are not on the PATH of every shell. */
const homebrew = ["/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"].flatMap((root) => [
  `${root}/bin`,
  `${root}/opt/redis/bin`,
  `${root}/opt/valkey/bin`,
]);

/** The Redis or Valkey server installed on this machine, if there is one. */
export function findRedisServer(environment: NodeJS.ProcessEnv): RedisProgram | undefined {
  const program = findProgram(names, [...pathFolders(environment), ...homebrew]);
  return program === undefined ? undefined : { path: program };
}

/** The folders of PATH, without the empty entries that mean "here". */
export function pathFolders(environment: NodeJS.ProcessEnv): string[] {
  return (environment["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
}

/** The first program with one of the names; the order of the folders counts before that of the names. */
export function findProgram(
  programs: readonly string[],
  folders: readonly string[],
): string | undefined {
  return folders
    .flatMap((folder) => programs.map((program) => path.join(folder, program)))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
