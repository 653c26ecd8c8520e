import { DROVER, Drover } from "../subjects/drover.ts";
import { WAITING_STEPS } from "../workflows/names.ts";
import { workersOf } from "./chain.ts";
import { type Measure, type Part, withRunning } from "./measure.ts";
import { runMany, warmUp } from "./saturation.ts";

const part = (workers: number): Part => ({
  name: `${DROVER}, ${workersOf(workers)}`,
  run: (ground) =>
    withRunning(
      () => Drover.start(ground.servers, { workers }),
      async ({ subject }) => {
        await warmUp(subject, "waiting", workers * 20);
        const count = ground.sizes.waitingEach * workers;
        const steps = await runMany(subject, ground, "waiting", count, WAITING_STEPS);
        ground.figure(workersOf(workers), DROVER, "steps/s", steps);
      },
    ),
});

/** Steps that wait for 20 ms as for another system: more workers wait for more at once. */
export const scale: Measure = { name: "scale", parts: [part(1), part(2), part(4)] };
