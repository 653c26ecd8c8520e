import { approval } from "./approval.ts";
import { chain } from "./chain.ts";
import { fanOut } from "./fan-out.ts";
import { history } from "./history.ts";
import type { Measure } from "./measure.ts";
import { scale } from "./scale.ts";
import { start } from "./start.ts";
import { timer } from "./timer.ts";

/** In the order in which they run. */
export const ALL_MEASURES: readonly Measure[] = [
  chain,
  fanOut,
  timer,
  approval,
  start,
  history,
  scale,
];
