import type { UnattendedDefinition } from "@drover/db";
import type { StepServices } from "../process-step.ts";
import type { Duty } from "./loop.ts";

const EVERY = 60_000;

/** Work may be without anybody for a moment, while workers are replaced. Milliseconds. */
const WORTH_TELLING = 30_000;

/**
 * Says which work waits because no live worker has the code for it: forgotten when a deployment left
 * a version behind, it would wait in silence.
 * @param look what `listUnattendedDefinitions` finds
 */
export function reportUnattendedDuty(
  look: () => Promise<readonly UnattendedDefinition[]>,
  { logger, ports }: Pick<StepServices, "logger" | "ports">,
): Duty {
  const run = async () => {
    const now = ports.now().getTime();
    for (const { name, version, steps, instances, since } of await look()) {
      if (now - since.getTime() < WORTH_TELLING) continue;
      logger.warn(
        { workflow: name, version, steps, instances, since },
        "work waits that no live worker has the code for",
      );
    }
  };
  return { name: "report-unattended", every: EVERY, run };
}
