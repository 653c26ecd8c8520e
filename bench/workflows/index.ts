/** The workflows that the bench runs on Drover; a worker loads them as it would load a user's. */
import { setTimeout as pause } from "node:timers/promises";
import {
  Edge,
  HumanStep,
  MachineStep,
  MapGroup,
  TimerStep,
  WorkflowDefinition,
} from "@drover/engine";
import { CHAIN_STEPS, TIMER, WAITING, WAITING_STEPS } from "./names.ts";

function inARow(name: string, count: number, execute: () => Promise<void> | void, pure = false) {
  const names = Array.from({ length: count }, (_, index) => `step_${index + 1}`);
  return new WorkflowDefinition({
    name,
    version: "1.0.0",
    steps: Object.fromEntries(names.map((step) => [step, new MachineStep({ execute, pure })])),
    edges: names.slice(1).map((step, index) => new Edge(names[index] ?? "", step)),
    initialStep: names[0] ?? "",
  });
}

/** Steps that do nothing: what is left is the engine. */
export const chain = inARow("chain", CHAIN_STEPS, () => {});

/** The same, which say that they do nothing that anybody else could see. */
export const pureChain = inARow("pure-chain", CHAIN_STEPS, () => {}, true);

/** Steps that wait as for another system, and need no processor meanwhile. */
export const waiting = inARow("waiting", WAITING_STEPS, () => pause(WAITING));

interface FanOutData {
  /** How many steps there are side by side. */
  size: number;
}

export const fanOut = new WorkflowDefinition<FanOutData>({
  name: "fan-out",
  version: "1.0.0",
  steps: {
    members: new MapGroup<FanOutData>({
      items: (context) => Array.from({ length: context.get("size", 0) }, (_, item) => item),
      step: new MachineStep<FanOutData>({ name: "member", execute: () => {} }),
    }),
    join: new MachineStep<FanOutData>({ execute: () => {} }),
  },
  edges: [new Edge("members", "join")],
  initialStep: "members",
});

interface TimerData {
  /** Milliseconds since 1970. */
  due: number;
}

/** Says in its last step's result by how many milliseconds it came too late. */
export const timer = new WorkflowDefinition<TimerData>({
  name: "timer",
  version: "1.0.0",
  steps: {
    set: new MachineStep<TimerData>({
      execute: (context) => context.set("due", Date.now() + TIMER),
    }),
    pause: new TimerStep<TimerData>({ until: (context) => new Date(context.get("due", 0)) }),
    late: new MachineStep<TimerData>({ execute: (context) => Date.now() - context.get("due", 0) }),
  },
  edges: [new Edge("set", "pause"), new Edge("pause", "late")],
  initialStep: "set",
});

export const approval = new WorkflowDefinition<{ approved: boolean }>({
  name: "approval",
  version: "1.0.0",
  steps: {
    approve: new HumanStep<{ approved: boolean }>({
      title: "Approve",
      formSchema: {
        type: "object",
        properties: { approved: { type: "boolean" } },
        required: ["approved"],
      },
    }),
    book: new MachineStep<{ approved: boolean }>({ execute: () => {} }),
  },
  edges: [new Edge("approve", "book")],
  initialStep: "approve",
});
