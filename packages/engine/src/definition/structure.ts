import type { JsonObject } from "../json.ts";
import type { StepType } from "../status.ts";
import type { GatewayKind } from "./gateway.ts";

/**
 * A definition without its code: what the core decides on and what Postgres and the API know.
 * Plain JSON; the order of steps and edges is the order of declaration and counts.
 */
export interface WorkflowStructure {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly steps: readonly StepStructure[];
  readonly edges: readonly EdgeStructure[];
  readonly initialStep: string;
  readonly terminalSteps: readonly string[];
  readonly onNoMatch: OnNoMatch;
  /** JSON Schema (2020-12) of the input; without one any object is taken. */
  readonly inputSchema?: JsonObject;
}

export interface StepStructure {
  readonly name: string;
  readonly type: StepType;
  readonly description: string;
  /** Human steps: what a task shows and asks for. */
  readonly title?: string;
  readonly formSchema?: JsonObject;
  /** Gateways alone. */
  readonly gatewayKind?: GatewayKind;
}

export interface EdgeStructure {
  readonly source: string;
  readonly target: string;
  /** The expression's text, `conditional` for a function, null where there is none. */
  readonly condition: string | null;
}

/** What happens to an instance when a branch ends because none of its step's edges matched. */
export type OnNoMatch = "complete" | "fail";

/** How a condition that is a function shows: its source is nobody's business. */
export const FUNCTION_CONDITION = "conditional";
