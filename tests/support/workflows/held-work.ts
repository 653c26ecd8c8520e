import { setTimeout as pause } from "node:timers/promises";
import { MachineStep, WorkflowDefinition, type WorkflowContext } from "@drover/engine";
import { type Entry, gateOpens, writeEntry } from "../journal.ts";

interface HeldData {
  /** The folder of the test's journal. */
  directory: string;
  /** Whether the step stops when it is told to, or goes on regardless. */
  heeds_signal: boolean;
}

function note(context: WorkflowContext<HeldData>, event: Entry["event"], reason?: string): void {
  writeEntry(context.get("directory", ""), {
    instance: context.instanceId,
    step: context.currentStep,
    event,
    attempt: context.attempt,
    key: context.idempotencyKey,
    pid: process.pid,
    reason: reason ?? null,
  });
}

/** Waits at the test's gate, in the middle of its work. */
class Hold extends MachineStep<HeldData> {
  override readonly name = "hold";

  override async execute(context: WorkflowContext<HeldData>): Promise<void> {
    note(context, "started");
    const signal = context.get("heeds_signal", true) ? context.signal : null;
    try {
      await gateOpens(context.get("directory", ""), signal);
    } catch (error) {
      note(context, "aborted", error instanceof Error ? error.message : String(error));
      throw error;
    }
    note(context, "ended");
  }
}

/** Works for a moment and writes down that it did. */
class Note extends MachineStep<HeldData> {
  constructor(name: string) {
    super({ name });
  }

  override async execute(context: WorkflowContext<HeldData>): Promise<void> {
    note(context, "started");
    await pause(5);
    note(context, "ended");
  }
}

/** A step that is in the middle of its work for as long as the test likes. */
export const heldWork = new WorkflowDefinition<HeldData>({
  name: "held_work",
  version: "1.0.0",
  steps: [new Note("prepare"), new Hold(), new Note("finish")],
  edges: [
    { source: "prepare", target: "hold" },
    { source: "hold", target: "finish" },
  ],
  initialStep: "prepare",
  terminalSteps: ["finish"],
});

/** Work that forks and joins, so that every step has to go over the queue. */
export const forkedWork = new WorkflowDefinition<HeldData>({
  name: "forked_work",
  version: "1.0.0",
  steps: [new Note("split"), new Note("left"), new Note("right"), new Note("gather")],
  edges: [
    { source: "split", target: "left" },
    { source: "split", target: "right" },
    { source: "left", target: "gather" },
    { source: "right", target: "gather" },
  ],
  initialStep: "split",
  terminalSteps: ["gather"],
});
