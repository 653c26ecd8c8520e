import { chain } from "./chain.ts";
import { fanOut } from "./fan-out.ts";
import type { Measure } from "./measure.ts";
import { timer } from "./timer.ts";

/** In the order in which they run. */
export const ALL_MEASURES: readonly Measure[] = [chain, fanOut, timer];
