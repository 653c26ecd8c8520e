import {
  HumanStep,
  SignalStep,
  SubWorkflowStep,
  TimerStep,
  WebhookStep,
  WorkflowDefinition,
} from "@drover/engine";
import { plain, type Stormy } from "./stormy-steps.ts";

/*
 * Work for tests/faults/fault-points.test.ts: small flows of which each comes past other fault
 * points. Their machine steps write down what they do.
 */

const VERSION = "1.0.0";

type Steps = ConstructorParameters<typeof WorkflowDefinition<Stormy>>[0]["steps"];

/** Steps one after the other. */
function chain(name: string, names: readonly string[], steps: Steps) {
  const edges = names.slice(1).map((target, index) => ({ source: names[index] ?? "", target }));
  return new WorkflowDefinition<Stormy>({
    name,
    version: VERSION,
    steps,
    edges,
    initialStep: names[0] ?? "",
  });
}

/** A step that forks: whatever follows goes over the queue. */
export const pointedFork = new WorkflowDefinition<Stormy>({
  name: "pointed_fork",
  version: VERSION,
  steps: [plain("split"), plain("left"), plain("right"), plain("gather")],
  edges: [
    { source: "split", target: "left" },
    { source: "split", target: "right" },
    { source: "left", target: "gather" },
    { source: "right", target: "gather" },
  ],
  initialStep: "split",
});

/** Three steps that are carried on inline; how long each takes is said by who starts it. */
export const pointedChain = chain(
  "pointed_chain",
  ["one", "two", "three"],
  [plain("one"), plain("two"), plain("three")],
);

export const pointedTimer = chain(
  "pointed_timer",
  ["first", "rest", "last"],
  [plain("first"), new TimerStep<Stormy>({ name: "rest", duration: 500 }), plain("last")],
);

export const pointedInner = chain("pointed_inner", ["inside"], [plain("inside")]);

export const pointedNested = chain(
  "pointed_nested",
  ["inner", "last"],
  [
    new SubWorkflowStep<Stormy>({
      name: "inner",
      workflow: "pointed_inner",
      input: (context) => context.data,
    }),
    plain("last"),
  ],
);

export const pointedPerson = chain(
  "pointed_person",
  ["asked", "last"],
  [new HumanStep<Stormy>({ name: "asked", title: "Anything" }), plain("last")],
);

export const pointedCallback = chain(
  "pointed_callback",
  ["called", "last"],
  [
    new WebhookStep<Stormy>({
      name: "called",
      getCallbackToken: (context) => `pointed-${context.instanceId}`,
    }),
    plain("last"),
  ],
);

export const pointedSignal = chain(
  "pointed_signal",
  ["signaled", "last"],
  [new SignalStep<Stormy>({ name: "signaled" }), plain("last")],
);
