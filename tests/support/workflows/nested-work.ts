import { MachineStep, SignalStep, SubWorkflowStep, WorkflowDefinition } from "@drover/engine";

const VERSION = "1.0.0";

interface Nested {
  number: number;
  /** Whether the inner workflow waits for `go` first. */
  waits: boolean;
  /** Whether the inner workflow fails. */
  breaks: boolean;
  sum: number;
}

/** Doubles its number, when told to. */
export const inner = new WorkflowDefinition<Nested>({
  name: "inner",
  version: VERSION,
  steps: [
    new SignalStep<Nested>({ name: "go", canExecute: (context) => context.get("waits", false) }),
    new MachineStep<Nested>({
      name: "double",
      execute: (context) => {
        if (context.get("breaks", false)) throw new Error("cannot double");
        const { workflow_name: ran = null, source = null } = context.metadata;
        return { doubled: 2 * context.get("number", 0), ran, source };
      },
    }),
  ],
  edges: [{ source: "go", target: "double" }],
  initialStep: "go",
  terminalSteps: ["double"],
});

const outerWith = (name: string, wait: boolean) =>
  new WorkflowDefinition<Nested>({
    name,
    version: VERSION,
    steps: [
      new SubWorkflowStep<Nested>({ name: "sub", workflow: "inner", wait, input: (c) => c.data }),
      new MachineStep<Nested>({ name: "use", execute: (context) => context.result("sub") }),
    ],
    edges: [{ source: "sub", target: "use" }],
    initialStep: "sub",
    terminalSteps: ["use"],
  });

/** Starts the other one and works on with what it came to. */
export const outer = outerWith("outer", true);

/** Starts the other one and goes on at once. */
export const launcher = outerWith("launcher", false);

/** Starts itself, and that one itself, … */
export const endless = new WorkflowDefinition({
  name: "endless",
  version: VERSION,
  steps: [new SubWorkflowStep({ name: "again", workflow: "endless" })],
  edges: [],
  initialStep: "again",
});
