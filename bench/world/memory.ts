import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Program } from "@drover/local-servers";

/** Tells Linux to begin anew with a process's peak. */
const FORGET_PEAK = "5";

/** From now on the peak counts: that of coming up is another matter. */
export function forgetPeak({ pid }: Program): void {
  const file = `/proc/${pid}/clear_refs`;
  if (existsSync(file)) writeFileSync(file, FORGET_PEAK);
}

/**
 * Megabytes that a process has held at the most since its peak was forgotten. Elsewhere than on Linux
 * nobody keeps the peak: there it is what is held now.
 */
export function peakOf(program: Program): number {
  const file = `/proc/${program.pid}/status`;
  if (!existsSync(file)) return program.memory;
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(file, "utf8"))?.[1];
  return Number(peak) / 1_024;
}
