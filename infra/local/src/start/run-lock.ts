import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { processStartedAt } from "../processes/process-identity.ts";
import { hasCode, reasonOf, StartError } from "../start-error.ts";

/**
 * Keeps a second `npm start` away from a data directory: it would adopt the servers of the first and stop them
 * under its feet. The lock ends with this process: one whose process is gone counts for nothing.
 *
 * @throws StartError `data_directory_in_use` naming the process that holds it; `data_directory` when it cannot be written.
 */
export function takeRunLock(directory: string): void {
  const file = path.join(directory, "running");
  const mine = `${process.pid} ${processStartedAt(process.pid)}`;
  try {
    writeFileSync(file, mine, { flag: "wx" });
  } catch (error) {
    if (!hasCode(error, "EEXIST"))
      throw new StartError(
        "data_directory",
        `Cannot write in ${directory} (${reasonOf(error)}): set DATA_DIR to a folder that can be written`,
        { cause: error },
      );
    const [pid, startedAt] = split(readFileSync(file, "utf8"));
    if (startedAt !== undefined && processStartedAt(pid) === startedAt)
      throw new StartError(
        "data_directory_in_use",
        `${directory} is in use by another start (process ${pid}): stop it or set DATA_DIR`,
        { cause: error },
      );
    writeFileSync(file, mine);
  }
}

function split(lock: string): [pid: number, startedAt: string | undefined] {
  const [pid, ...startedAt] = lock.split(" ");
  return [Number(pid), startedAt.length === 0 ? undefined : startedAt.join(" ")];
}
