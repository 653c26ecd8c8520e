import { MachineStep, WorkflowDefinition } from "@drover/engine";

/** One step and nothing else: for trying whether all is set up. */
export const simpleWorkflow = new WorkflowDefinition<{ simple_executed: boolean }>({
  name: "simple_workflow",
  version: "1.0.0",
  description: "Simple test workflow that completes immediately",
  steps: [
    new MachineStep<{ simple_executed: boolean }>({
      name: "simple_step",
      description: "A simple automated step",
      execute: (context) => {
        context.set("simple_executed", true);
        return { success: true, message: "Simple workflow completed!" };
      },
    }),
  ],
  edges: [],
  initialStep: "simple_step",
  terminalSteps: ["simple_step"],
});
