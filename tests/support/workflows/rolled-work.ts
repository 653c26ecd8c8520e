import { setTimeout as pause } from "node:timers/promises";
import {
  HumanStep,
  MachineStep,
  TimerStep,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";
import { writeEntry } from "../journal.ts";

interface RolledData {
  /** The folder of the test's journal. */
  directory: string;
  answer: string;
}

/** Works for so many milliseconds and writes down that it did. */
function work(milliseconds: number): MachineStep<RolledData> {
  return new MachineStep<RolledData>({
    execute: async (context: WorkflowContext<RolledData>) => {
      await pause(milliseconds);
      writeEntry(context.get("directory", ""), {
        instance: context.instanceId,
        step: context.currentStep,
        event: "ended",
        attempt: context.attempt,
        key: context.idempotencyKey,
        pid: process.pid,
        reason: null,
      });
    },
  });
}

/** Steps of all kinds, short and long, so that whenever a process leaves it is in the middle of some. */
const steps = {
  prepare: work(5),
  left: work(1_500),
  right: work(50),
  gather: work(5),
  sleep: new TimerStep<RolledData>({ duration: "PT0.5S" }),
  ask: new HumanStep<RolledData>({ title: "Go on?" }),
  finish: work(5),
};

const edges = [
  { source: "prepare", target: "left" },
  { source: "prepare", target: "right" },
  { source: "left", target: "gather" },
  { source: "right", target: "gather" },
  { source: "gather", target: "sleep" },
  { source: "sleep", target: "ask" },
  { source: "ask", target: "finish" },
];

export const rolledWork = new WorkflowDefinition<RolledData>({
  name: "rolled_work",
  version: "1.0.0",
  steps,
  edges,
  initialStep: "prepare",
  terminalSteps: ["finish"],
});

/** The version after it, with a step more. */
export const nextRolledWork = new WorkflowDefinition<RolledData>({
  name: "rolled_work",
  version: "1.1.0",
  steps: { ...steps, file: work(5) },
  edges: [...edges, { source: "finish", target: "file" }],
  initialStep: "prepare",
  terminalSteps: ["file"],
});

/** The steps of each version that write into the journal. */
export const WORKING_STEPS: Readonly<Record<string, readonly string[]>> = {
  "1.0.0": ["finish", "gather", "left", "prepare", "right"],
  "1.1.0": ["file", "finish", "gather", "left", "prepare", "right"],
};
