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
export const rolledWork = new WorkflowDefinition<RolledData>({
  name: "rolled_work",
  version: "1.0.0",
  steps: {
    prepare: work(5),
    left: work(1_500),
    right: work(50),
    gather: work(5),
    sleep: new TimerStep<RolledData>({ duration: "PT0.5S" }),
    ask: new HumanStep<RolledData>({ title: "Go on?" }),
    finish: work(5),
  },
  edges: [
    { source: "prepare", target: "left" },
    { source: "prepare", target: "right" },
    { source: "left", target: "gather" },
    { source: "right", target: "gather" },
    { source: "gather", target: "sleep" },
    { source: "sleep", target: "ask" },
    { source: "ask", target: "finish" },
  ],
  initialStep: "prepare",
  terminalSteps: ["finish"],
});

/** The steps that write into the journal. */
export const WORKING_STEPS = ["finish", "gather", "left", "prepare", "right"] as const;
