import { MachineStep, SignalStep, WorkflowDefinition } from "@drover/engine";
import { gateOpens } from "../journal.ts";

const VERSION = "1.0.0";

interface Signaled {
  /** The folder of the test's journal, for a gate before the wait; none unless given. */
  directory: string;
  order: { item: string };
  ended: string;
}

const hold = new MachineStep<Signaled>({
  name: "hold",
  canExecute: (context) => context.get("directory") !== undefined,
  execute: (context) => gateOpens(context.get("directory", ""), context.signal),
});

const ends = (name: string) =>
  new MachineStep<Signaled>({
    name,
    execute: (context) => {
      context.set("ended", name);
      return context.get("_previous_result");
    },
  });

/** Waits for an order. */
export const awaitsOrder = new WorkflowDefinition<Signaled>({
  name: "awaits_order",
  version: VERSION,
  steps: [hold, new SignalStep<Signaled>({ name: "order", contextKey: "order" }), ends("deliver")],
  edges: [
    { source: "hold", target: "order" },
    { source: "order", target: "deliver" },
  ],
  initialStep: "hold",
  terminalSteps: ["deliver"],
});

/** Waits for the same signal twice. */
export const awaitsTwo = new WorkflowDefinition<Signaled>({
  name: "awaits_two",
  version: VERSION,
  steps: [
    new SignalStep<Signaled>({ name: "first", signal: "go" }),
    new SignalStep<Signaled>({ name: "second", signal: "go" }),
    ends("done"),
  ],
  edges: [
    { source: "first", target: "second" },
    { source: "second", target: "done" },
  ],
  initialStep: "first",
  terminalSteps: ["done"],
});

/** Gives up after a moment and takes another way. */
export const expires = new WorkflowDefinition<Signaled>({
  name: "expires",
  version: VERSION,
  steps: [
    new SignalStep<Signaled>({ name: "order", timeout: 300, onTimeout: "expire" }),
    ends("deliver"),
    ends("expire"),
  ],
  edges: [
    { source: "order", target: "deliver" },
    { source: "order", target: "expire" },
  ],
  initialStep: "order",
  terminalSteps: ["deliver", "expire"],
});

/** Gives up after a moment and has no other way. */
export const givesUp = new WorkflowDefinition<Signaled>({
  name: "gives_up",
  version: VERSION,
  steps: [new SignalStep<Signaled>({ name: "order", timeout: "PT0.3S" })],
  edges: [],
  initialStep: "order",
});
