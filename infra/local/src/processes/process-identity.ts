import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hasCode } from "../start-error.ts";

/**
 * When the process started, in a form that is only good for comparing: together with the number it tells a process
 * from a later one that was given the same number. Undefined when it has ended, also when nobody has collected it yet.
 */
export function processStartedAt(pid: number): string | undefined {
  return process.platform === "linux" ? statOf(pid)?.startedAt : askPs(pid, "lstart=");
}

/** Whether a process with this number runs, be it ours or another user's. */
export function isAlive(pid: number): boolean {
  return processStartedAt(pid) !== undefined;
}

/** The name of the program that runs as `pid`, undefined when it has ended. */
export function processName(pid: number): string | undefined {
  const name = process.platform === "linux" ? statOf(pid)?.name : askPs(pid, "comm=");
  return name?.split("/").at(-1);
}

function statOf(pid: number): { name: string; startedAt: string | undefined } | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
  // The name stands in brackets and may itself hold blanks and brackets.
  const [from, to] = [stat.indexOf("("), stat.lastIndexOf(")")];
  const [state, ...fields] = stat.slice(to + 2).split(" ");
  if (state === "Z" || state === "X") return undefined;
  return { name: stat.slice(from + 1, to), startedAt: fields[18] };
}

function askPs(pid: number, field: string): string | undefined {
  const { status, stdout } = spawnSync("ps", ["-o", "stat=", "-o", field, "-p", String(pid)], {
    encoding: "utf8",
  });
  if (status !== 0) return undefined;
  const [state = "", ...value] = stdout.trim().split(/\s+/);
  return state.startsWith("Z") ? undefined : value.join(" ");
}
