import { DROVER, type Drover } from "../subjects/drover.ts";
import { forgetPeak, peakOf } from "../world/memory.ts";
import type { Ground } from "./measure.ts";

export const WORKER_MEMORY = "memory of the worker, peak";
const API_MEMORY = "memory of the API, peak";

/** Forgets what the API and a worker have held until now. */
export function forgetPeaks({ api, workers }: Drover): void {
  for (const program of [api, ...workers]) forgetPeak(program);
}

/** Notes what they have held since then; of the workers the first one. @param prefix of the figures */
export function tellPeaks({ api, workers }: Drover, ground: Ground, prefix = ""): void {
  const [worker] = workers;
  if (worker !== undefined) {
    ground.figure(`${prefix}${WORKER_MEMORY}`, DROVER, "MB", peakOf(worker));
  }
  ground.figure(`${prefix}${API_MEMORY}`, DROVER, "MB", peakOf(api));
}
