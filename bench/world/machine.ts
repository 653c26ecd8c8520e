import { cpus, loadavg, totalmem } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds over which is looked how busy the processors are. */
const GLANCE = 150;

/** What the bench runs on, in a line. */
export function describeMachine(): string {
  const processors = cpus();
  const gigabytes = Math.round(totalmem() / 1_024 ** 3);
  const model = processors[0]?.model.trim() ?? "unknown";
  return `${processors.length} cores (${model}), ${gigabytes} GB, Node ${process.versions.node}`;
}

/** Of the last minute. */
export function loadAverage(): number {
  return loadavg()[0] ?? 0;
}

/**
 * How busy all cores are over a glance, from 0 to 1: with something else, when nothing here has work.
 * @returns null where the system does not say
 */
export async function busyShare(): Promise<number | null> {
  const before = processorTimes();
  await pause(GLANCE);
  const after = processorTimes();
  const all = after.all - before.all;
  return all > 0 ? 1 - (after.idle - before.idle) / all : null;
}

function processorTimes(): { readonly idle: number; readonly all: number } {
  let idle = 0;
  let all = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    all += Object.values(times).reduce((sum, time) => sum + time, 0);
  }
  return { idle, all };
}
