import type { StepSignal } from "../context/step-signal.ts";
import type { WorkflowContext } from "../context/workflow-context.ts";
import type { WorkflowDefinition } from "../definition/workflow-definition.ts";
import type { EdgeIndex } from "../graph/flow-graph.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { StepError, WaitRequest } from "../state/events.ts";
import type { Resumption } from "../state/instance-state.ts";
import type { NewInstance } from "../transition/start.ts";

/** One run of one step's code: one try of it, or of what undoes it. */
export interface StepRun extends RunPorts {
  readonly definition: WorkflowDefinition;
  readonly stepName: string;
  /** What the code sees. Its signal is that of the outside: cancel, takeover, a worker that goes. */
  readonly context: WorkflowContext;
  /** What the step waited for and has come, so that the code after the wait runs; null before. */
  readonly resumption: Resumption | null;
  /** Makes the instance that a step of type `workflow` asks for. */
  readonly startChild: StartChild;
  /** How many tries of this code have failed before this one. */
  readonly failedTries: number;
  /** Whether `compensate` runs instead of `execute`, and nothing else of the step. */
  readonly compensation: boolean;
}

/**
 * Makes another instance, not written yet.
 * @throws the errors of a start: an unknown or inactive workflow, one that is nested too deeply
 */
export type StartChild = (order: ChildOrder) => Promise<NewInstance>;

export interface ChildOrder {
  readonly workflow: string;
  /** Null for the newest that is active. */
  readonly version: string | null;
  readonly input: JsonObject;
  /** Whether the step waits for the other instance's end. */
  readonly waits: boolean;
}

/** What a run needs of the platform it runs on. */
export interface RunPorts {
  /** The clock, for durations that count from now. */
  readonly now: () => Date;
  /** A number from 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
  /** SHA-256 of a callback token, hexadecimal. */
  readonly hashToken: (token: string) => string;
  /** Alarms, for the limits of a step's time. */
  readonly timers: Timers;
  /** A signal that is aborted with the outer one, and by its own `abort`. */
  readonly abortable: (outer: StepSignal) => Abortable;
}

export interface Timers {
  /**
   * Calls back once, after so many milliseconds (however many), unless it is canceled before.
   * @returns cancels; of no effect once it has called
   */
  after(milliseconds: number, callback: () => void): () => void;
}

export interface Abortable {
  readonly signal: StepSignal;
  readonly abort: (reason: unknown) => void;
}

/** What a run came to. Never an exception: whatever user code throws is an outcome. */
export type StepOutcome = { readonly contextChanges: JsonObject } & (
  | { readonly type: "succeeded"; readonly result: JsonValue; readonly edges: readonly EdgeIndex[] }
  | { readonly type: "skipped"; readonly edges: readonly EdgeIndex[] }
  | {
      readonly type: "failed";
      readonly error: StepError;
      readonly handled: boolean;
      readonly edges: readonly EdgeIndex[];
    }
  | {
      /**
       * The try has failed and another follows. `contextChanges` is empty: the next try starts from
       * what was committed, as if this one had never been, or it would count and append twice.
       */
      readonly type: "retrying";
      readonly error: StepError;
      readonly retryAt: Date;
      /** For the next try, whose `heartbeatDetails` they become. */
      readonly heartbeatDetails: JsonValue;
      /** Whether the next try asks and waits anew: what had come was bad news. */
      readonly waitsAnew: boolean;
    }
  | { readonly type: "waiting"; readonly wait: WaitRequest }
);
