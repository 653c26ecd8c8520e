import type { Statements, Transition } from "@drover/db/store";
import { bundledJobs } from "@drover/queue";
import type { NewId } from "@drover/engine";
import type { registerDefinitions } from "@drover/worker";
import type { Logger } from "pino";
import type { SimulatedDatabase } from "../database/simulated-database.ts";
import { statementsOver } from "../database/synchronous.ts";
import type { Dice } from "../dice.ts";
import type { Network, Site } from "../network.ts";
import type { PlantedFault } from "../planted.ts";
import type { SimulatedProcess } from "../process.ts";
import type { SimulatedQueue } from "../queue/simulated-queue.ts";
import type { Story } from "../story.ts";
import type { Timeline } from "../timeline.ts";

/** What all processes of a run stand on. */
export interface Ground {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly network: Network;
  readonly database: SimulatedDatabase;
  readonly databaseSite: Site;
  readonly queue: SimulatedQueue;
  readonly queueSite: Site;
  readonly story: Story;
  readonly newId: NewId;
  readonly planted: PlantedFault | null;
  /** The code of all workflows, by the ids of their rows. */
  readonly definitions: Awaited<ReturnType<typeof registerDefinitions>>;
  /** Where a process logs. */
  readonly loggerOf: (process: SimulatedProcess) => Logger;
}

/** The statements as one process sends them. */
export function statementsOf(ground: Ground, process: SimulatedProcess): Statements {
  const { network, database, databaseSite, queue, planted } = ground;
  const server = { site: databaseSite, statements: database };
  return statementsOver(network, process, server, (name, values) => {
    if (name !== "commitTransitions" || planted !== "enqueue-before-commit") return;
    // What this statement is given, as its type says.
    for (const { changes } of values[0] as readonly Transition[]) {
      const scheduled = changes.newExecutions.filter(({ status }) => status === "scheduled");
      queue.addSteps(scheduled, bundledJobs(scheduled));
    }
  });
}
