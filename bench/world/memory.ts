import { existsSync, readFileSync } from "node:fs";
import type { Program } from "@drover/local-servers";

/** Megabytes that a process holds: now, and at the most since it began. */
export interface Memory {
  readonly now: number;
  readonly peak: number;
}

/** Elsewhere than on Linux nobody keeps the peak: there it is what is held now. */
export function memoryOf(program: Program): Memory {
  const file = `/proc/${program.pid}/status`;
  if (!existsSync(file)) return { now: program.memory, peak: program.memory };
  const status = readFileSync(file, "utf8");
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1_024;
  return { now: megabytes("VmRSS"), peak: megabytes("VmHWM") };
}
