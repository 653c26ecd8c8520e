import { DROVER, Drover } from "../subjects/drover.ts";
import { WAITING_STEPS } from "../workflows/names.ts";
import { workersOf } from "./chain.ts";
import { type Measure, type Part, withRunning } from "./measure.ts";
import { runMany, warmUp } from "./saturation.ts";

/**
 * Steps at once in each worker: four of them then ask for 1,600 steps/s, which two cores can do on a slow day,
 * too. With more the measure would be of the machine, and not of what more workers bring.
 */
const CONCURRENCY = 8;

const part = (workers: number): Part => ({
  name: `${DROVER}, ${workersOf(workers)}`,
  run: (ground) =>
    withRunning(
      () => Drover.start(ground.servers, { workers, concurrency: CONCURRENCY }),
      async ({ subject }) => {
        await warmUp(subject, "waiting", { workflows: workers * 20, seconds: 0 });
        const count = ground.sizes.waitingEach * workers;
        const steps = await runMany(subject, ground, "waiting", count, WAITING_STEPS);
        ground.figure(workersOf(workers), DROVER, "steps/s", steps);
      },
    ),
});

/** Steps that wait for 20 ms as for another system: more workers wait for more at once. */
export const scale: Measure = { name: "scale", parts: [part(1), part(2), part(4)] };
