import type { Changes } from "./changes.ts";
import type { InlineStep } from "../store.ts";

/** The step that a transition has claimed for the worker that brought the event; null for none. */
export function inlineOf({ newExecutions }: Changes): InlineStep | null {
  const claimed = newExecutions.find((execution) => execution.status === "running");
  if (claimed === undefined) return null;
  const { executionId, stepName, arrivals } = claimed;
  return { executionId, stepName, arrivals };
}
