import { WorkflowDefinition } from "@drover/engine";
import { plain, type Stormy } from "./stormy-steps.ts";

/*
 * Work of which chaos alone has need: steps that take so long that a fault meets them in the
 * middle, and a step that shows that work flows.
 */

const VERSION = "1.0.0";

export const chaosLong = new WorkflowDefinition<Stormy>({
  name: "chaos_long",
  version: VERSION,
  steps: [plain("long_one"), plain("long_two"), plain("long_three")],
  edges: [
    { source: "long_one", target: "long_two" },
    { source: "long_two", target: "long_three" },
  ],
  initialStep: "long_one",
});

export const chaosProbe = new WorkflowDefinition<Stormy>({
  name: "chaos_probe",
  version: VERSION,
  steps: [plain("flow")],
  edges: [],
  initialStep: "flow",
});
