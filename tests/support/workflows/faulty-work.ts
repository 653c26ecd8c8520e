import { MachineStep, WorkflowDefinition, type WorkflowContext } from "@drover/engine";
import { gateOpens, writeEntry } from "../journal.ts";

interface FaultyData {
  /** The folder of the test's journal. */
  directory: string;
  /** How its first attempt goes wrong where nobody catches it. */
  fault: "rejected" | "thrown";
}

function note(context: WorkflowContext<FaultyData>): void {
  writeEntry(context.get("directory", ""), {
    instance: context.instanceId,
    step: context.currentStep,
    event: "started",
    attempt: context.attempt,
    key: context.idempotencyKey,
    pid: process.pid,
    reason: null,
  });
}

/** What is left behind and goes wrong after everybody has looked away. */
const FAULTS: Readonly<Record<FaultyData["fault"], () => void>> = {
  rejected: () => void Promise.reject(new Error("a promise was left behind")),
  thrown: () =>
    void setImmediate(() => {
      throw new Error("a callback has thrown");
    }),
};

/** Waits at the test's gate, and leaves something behind the first time. */
export const faultyWork = new WorkflowDefinition<FaultyData>({
  name: "faulty_work",
  version: "1.0.0",
  steps: {
    leave_behind: new MachineStep<FaultyData>({
      execute: async (context) => {
        note(context);
        const directory = context.get("directory", "");
        await gateOpens(directory, context.signal);
        if (context.attempt === 1) {
          FAULTS[context.get("fault", "rejected")]();
          // Its end is not to be written before the fault is seen.
          await gateOpens(`${directory}/never`, context.signal);
        }
      },
    }),
  },
  edges: [],
  initialStep: "leave_behind",
});
