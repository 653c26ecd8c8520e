import { DROVER, Drover } from "../subjects/drover.ts";
import { CHAIN_STEPS } from "../workflows/names.ts";
import { createDatabase } from "../world/databases.ts";
import { type Ground, type Measure, type Part, withRunning } from "./measure.ts";
import { forgetPeaks, tellPeaks } from "./peaks.ts";
import { saturate, warmUp } from "./saturation.ts";

export const EMPTY = "empty";
export const WITH_HISTORY = "with a history";

async function measure(name: string, running: Drover, ground: Ground): Promise<void> {
  const { subject } = running;
  const rate = await warmUp(subject, "chain", ground.sizes.warmUp);
  forgetPeaks(running);
  const steps = await saturate(subject, ground, "chain", rate, CHAIN_STEPS);
  ground.figure(name, DROVER, "steps/s", steps);
  tellPeaks(running, ground, `${name}, `);
}

const part = (name: string, open: (ground: Ground) => Promise<Drover>): Part => ({
  name: `${DROVER}, ${name}`,
  run: (ground) =>
    withRunning(
      () => open(ground),
      (running) => measure(name, running, ground),
    ),
});

/** Chains beside what has run in years and what waits for people and timers. */
export const history: Measure = {
  name: "history",
  parts: [
    part(EMPTY, ({ servers }) => Drover.start(servers, { workers: 1 })),
    part(WITH_HISTORY, async (ground) => {
      const database = await createDatabase(ground.servers.databaseUrl, await ground.history());
      return Drover.start(ground.servers, { workers: 1, database });
    }),
  ],
};
