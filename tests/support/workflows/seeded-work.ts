import { MachineStep, TimerStep, WorkflowDefinition, type WorkflowContext } from "@drover/engine";
import { gateOpens, writeEntry } from "../journal.ts";

interface SeededData {
  /** The folder of the test's journal: work stands still until its gate is open. */
  directory: string;
}

async function work(context: WorkflowContext<SeededData>): Promise<void> {
  const directory = context.get("directory", "");
  await gateOpens(directory, context.signal);
  writeEntry(directory, {
    instance: context.instanceId,
    step: context.currentStep,
    event: "ended",
    attempt: context.attempt,
    key: context.idempotencyKey,
    pid: process.pid,
    reason: null,
  });
}

/** One step that many instances wait to run. */
export const seededWork = new WorkflowDefinition<SeededData>({
  name: "seeded_work",
  version: "1.0.0",
  steps: { work: new MachineStep<SeededData>({ execute: work }) },
  edges: [],
  initialStep: "work",
});

/** One timer that many instances wait for. */
export const seededTimer = new WorkflowDefinition<SeededData>({
  name: "seeded_timer",
  version: "1.0.0",
  steps: { sleep: new TimerStep<SeededData>({ duration: "PT1M" }) },
  edges: [],
  initialStep: "sleep",
});
