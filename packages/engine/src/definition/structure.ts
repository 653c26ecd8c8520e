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
  /** Milliseconds from its start after which an instance fails; absent for never. */
  readonly deadline?: number;
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
  /** The group that the step is a member of; absent for steps of the workflow itself. */
  readonly memberOf?: string;
  /** Groups alone. */
  readonly group?: GroupStructure;
  /** When the step starts where several edges meet; absent for `all`. */
  readonly join?: CountingJoin;
  /** Signal steps alone. */
  readonly signal?: AwaitedSignal;
  /** Sub-workflow steps alone. */
  readonly workflow?: StartedWorkflow;
  /** Whether the step can be undone when the instance fails later. */
  readonly compensates?: true;
}

/** What a signal step waits for. */
export interface AwaitedSignal {
  readonly name: string;
  /** Target of the edge that is taken when it did not come in time; null for none. */
  readonly onTimeout: string | null;
}

/** Which workflow a step starts. */
export interface StartedWorkflow {
  readonly name: string;
  /** Null for the newest active one at the time. */
  readonly version: string | null;
  /** Whether the step waits for its end. */
  readonly wait: boolean;
}

/** A group as data: what runs inside it and when it ends. Members are named in declared order. */
export type GroupStructure =
  | { readonly kind: "sequence" | "race"; readonly members: readonly string[] }
  | {
      readonly kind: "conditional";
      /** Keys of the branches, in the order of `members`. */
      readonly keys: readonly string[];
      readonly members: readonly string[];
    }
  | {
      readonly kind: "parallel";
      readonly members: readonly string[];
      readonly callback: string | null;
      readonly onFailure: GroupFailureRule;
    }
  | {
      readonly kind: "map";
      /** The one member that runs for every item. */
      readonly members: readonly [string];
      readonly callback: string | null;
      readonly onFailure: GroupFailureRule;
      /** How many items run at once; null for all of them. */
      readonly concurrency: number | null;
    };

/**
 * What a failed member does to its group: `fail-fast` cancels the others and fails the group,
 * `collect` lets them end and hands errors on together with the results.
 */
export type GroupFailureRule = "fail-fast" | "collect";

/** Starts with the n-th arrival; what comes later is absorbed. */
export interface CountingJoin {
  readonly count: number;
  /** Whether branches that are still on their way are canceled when the join starts. */
  readonly cancelOthers: boolean;
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
