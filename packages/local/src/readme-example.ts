import { MachineStep, TimerStep, WorkflowDefinition } from "@drover/engine";
import { LocalExecutionEngine } from "@drover/local";

interface Report {
  city: string;
  degrees: number;
}

const report = new WorkflowDefinition<Report>({
  name: "report",
  version: "1.0.0",
  steps: {
    measure: new MachineStep({
      retry: { maxAttempts: 3, initialInterval: "PT0.1S" },
      execute: (context) => context.set("degrees", context.get("city", "").length),
    }),
    settle: new TimerStep({ duration: "PT0.2S" }),
    tell: new MachineStep({
      execute: (context) => `${context.get("city")}: ${context.get("degrees")} degrees`,
    }),
  },
  edges: [
    { source: "measure", target: "settle" },
    { source: "settle", target: "tell" },
  ],
  initialStep: "measure",
});

const engine = new LocalExecutionEngine({ definitions: [report] });
const { id } = await engine.start("report", { city: "Oslo" });
const { output } = await engine.waitFor(id, "completed");
console.log(output);
