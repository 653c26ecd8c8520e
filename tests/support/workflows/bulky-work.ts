import { MachineStep, MapGroup, WorkflowDefinition } from "@drover/engine";

interface BulkyData {
  /** Characters that the step returns, and sets in the context. */
  result: number;
  context: number;
}

/** Comes to as much as it is told to, and is tried again for as long as that is of use. */
export const bulkyWork = new WorkflowDefinition<BulkyData & { rows: string }>({
  name: "bulky_work",
  version: "1.0.0",
  steps: {
    produce: new MachineStep({
      execute: (context) => {
        context.set("rows", "c".repeat(context.get("context", 0)));
        return "r".repeat(context.get("result", 0));
      },
      retry: { maxAttempts: 1_000, initialInterval: 0 },
    }),
    use: new MachineStep({
      // The text without its quotes.
      execute: (context) => JSON.stringify(context.get("_previous_result")).length - 2,
    }),
  },
  edges: [{ source: "produce", target: "use" }],
  initialStep: "produce",
});

/** A map whose items come to so much each. */
export const bulkyMap = new WorkflowDefinition<BulkyData>({
  name: "bulky_map",
  version: "1.0.0",
  steps: {
    each: new MapGroup({
      items: () => Array.from({ length: 60 }, (_, index) => index),
      step: new MachineStep({
        name: "produce",
        execute: (context) => "r".repeat(context.get("result", 0)),
      }),
    }),
  },
  edges: [],
  initialStep: "each",
});
