import { HumanStep, MachineStep, WorkflowDefinition } from "@drover/engine";

interface PinnedData {
  ended_by: string;
}

/** A version of one workflow; after the person comes a step that this version alone has. */
export function pinned(version: string, end: string): WorkflowDefinition<PinnedData> {
  return new WorkflowDefinition<PinnedData>({
    name: "pinned",
    version,
    steps: [
      new HumanStep<PinnedData>({ name: "ask", title: "Go on?" }),
      new MachineStep<PinnedData>({
        name: end,
        execute: (context) => context.set("ended_by", context.workflowVersion),
      }),
    ],
    edges: [{ source: "ask", target: end }],
    initialStep: "ask",
    terminalSteps: [end],
  });
}
