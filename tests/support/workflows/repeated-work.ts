import { MachineStep, WorkflowDefinition } from "@drover/engine";

interface RepeatedData {
  count: number;
  last_error: string;
  payload: string;
}

/** Fails at its first round and is handled, counts at its second; then the count goes on inline. */
export const repeatedWork = new WorkflowDefinition<RepeatedData>({
  name: "repeated_work",
  version: "1.0.0",
  steps: [
    new MachineStep<RepeatedData>({
      name: "count_up",
      execute: (context) => {
        if (!context.hasStepExecuted("count_up")) throw new RangeError("not at the first try");
        context.set("count", context.get("count", 0) + 1);
        return { nested: [1, "two", null, { three: 3.5 }], text: '„ü“ \\ " 🐎' };
      },
      onFailure: (context, error) => context.set("last_error", String(error)),
    }),
    new MachineStep<RepeatedData>({
      name: "count_on",
      execute: (context) => {
        context.set("count", context.get("count", 0) + 1);
        return context.get("payload", "").length;
      },
    }),
  ],
  edges: [
    { source: "count_up", target: "count_up", condition: "count == 0" },
    { source: "count_up", target: "count_on", condition: "count > 0" },
  ],
  initialStep: "count_up",
  terminalSteps: ["count_on"],
});
