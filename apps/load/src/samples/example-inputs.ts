import type { JsonObject } from "../http/shapes.ts";

/** Inputs for workflows of the examples that say nothing of theirs and cannot do without. */
export const EXAMPLE_INPUTS: ReadonlyMap<string, JsonObject> = new Map([
  [
    "expense_approval",
    { requester_id: "load@example.com", amount: 250, description: "A load test" },
  ],
]);
