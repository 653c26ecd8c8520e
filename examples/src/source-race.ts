import { setTimeout as pause } from "node:timers/promises";
import { MachineStep, RaceGroup, WorkflowDefinition } from "@drover/engine";

interface SourceRaceData {
  /** How long each source takes to answer; a negative number for one that is down. Milliseconds. */
  fast_takes: number;
  reliable_takes: number;
  data: { answer: number };
  source: "fast" | "reliable";
}

const ask = (source: SourceRaceData["source"], key: "fast_takes" | "reliable_takes") =>
  new MachineStep<SourceRaceData>({
    name: `${source}_source`,
    description: `Ask the ${source} source`,
    execute: async (context) => {
      const takes = context.get(key, 0);
      if (takes < 0) throw new Error(`The ${source} source is down`);
      // Whoever has lost is told by the signal and need not finish.
      await pause(takes, undefined, { signal: context.signal });
      context.set("data", { answer: 42 });
      context.set("source", source);
      return source;
    },
  });

const useData = new MachineStep<SourceRaceData>({
  name: "use_data",
  execute: (context) => context.get("_previous_result"),
});

/** Two ask at once; what the first to answer has set counts, and the other one is canceled. */
export const sourceRace = new WorkflowDefinition<SourceRaceData>({
  name: "source_race",
  version: "1.0.0",
  description: "Take the answer of whichever source is first",
  steps: [
    new RaceGroup<SourceRaceData>({
      name: "race",
      steps: [ask("fast", "fast_takes"), ask("reliable", "reliable_takes")],
    }),
    useData,
  ],
  edges: [{ source: "race", target: useData }],
  initialStep: "race",
  terminalSteps: ["use_data"],
});
