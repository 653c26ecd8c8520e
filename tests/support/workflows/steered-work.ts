import { HumanStep, MachineStep, TimerStep, WorkflowDefinition } from "@drover/engine";

const VERSION = "1.0.0";

interface Purchase {
  /** Names of the steps that ran, in their order. */
  trail: string[];
  amount: number;
  limit: number;
}

/** A step that says in the context that it ran, as often as it did. */
const trace = (name: string) =>
  new MachineStep<Purchase>({
    name,
    execute: (context) => context.set("trail", [...context.get("trail", []), name]),
  });

/** Waits a moment that a test can pause in, and goes on. */
export const timedWork = new WorkflowDefinition<Purchase>({
  name: "timed_work",
  version: VERSION,
  steps: [new TimerStep<Purchase>({ name: "wait", duration: { seconds: 2 } }), trace("finish")],
  edges: [{ source: "wait", target: "finish" }],
  initialStep: "wait",
  terminalSteps: ["finish"],
});

/** Fails as long as its limit is too low. */
export const purchase = new WorkflowDefinition<Purchase>({
  name: "purchase",
  version: VERSION,
  steps: [
    trace("check"),
    new MachineStep<Purchase>({
      name: "charge",
      execute: (context) => {
        const amount = context.get("amount", 0);
        if (amount > context.get("limit", 0)) throw new RangeError("over the limit");
        return { charged: amount };
      },
    }),
    new MachineStep<Purchase>({
      name: "receipt",
      execute: (context) => ({ receipt: context.result("charge") ?? null }),
    }),
  ],
  edges: [
    { source: "check", target: "charge" },
    { source: "charge", target: "receipt" },
  ],
  initialStep: "check",
  terminalSteps: ["receipt"],
});

/** Its step succeeds at the third try. */
export const thirdTime = new WorkflowDefinition({
  name: "third_time",
  version: VERSION,
  steps: [
    new MachineStep({
      name: "try",
      retry: { maxAttempts: 3, initialInterval: 20, jitter: 0 },
      execute: (context) => {
        if (context.tryNumber < 3) throw new Error(`try ${context.tryNumber} failed`);
        return context.tryNumber;
      },
    }),
  ],
  edges: [],
  initialStep: "try",
});

/** Waits for a person whom nobody needs. */
export const optionalReview = new WorkflowDefinition<Purchase>({
  name: "optional_review",
  version: VERSION,
  steps: [
    trace("draft"),
    new HumanStep<Purchase>({ name: "review", title: "Review the draft" }),
    new MachineStep<Purchase>({
      name: "publish",
      execute: (context) => ({ published: context.get("trail", []) }),
    }),
    trace("announce"),
  ],
  edges: [
    { source: "draft", target: "review" },
    { source: "review", target: "publish" },
    { source: "publish", target: "announce" },
  ],
  initialStep: "draft",
  terminalSteps: ["announce"],
});
