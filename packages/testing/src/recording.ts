import type { JsonObject, JsonValue, StepStatus, StepType, WorkflowStatus } from "@drover/engine";

/** What an instance did and what it was told, as JSON that can be kept beside a test. */
export interface Recording {
  readonly format: "drover-recording";
  readonly formatVersion: 1;
  readonly workflow: { readonly name: string; readonly version: string };
  /** ISO 8601. All other times are milliseconds since then. */
  readonly startedAt: string;
  readonly input: JsonObject;
  /** Ended executions in the order in which they ended, then the live ones. */
  readonly executions: readonly RecordedExecution[];
  /** In the order in which they came. */
  readonly answers: readonly RecordedAnswer[];
  readonly end: RecordedEnd;
}

export interface RecordedExecution {
  readonly step: string;
  readonly type: StepType;
  readonly status: StepStatus;
  /** Place in its group, of a map: of its item; null outside of groups and where nobody told. */
  readonly member: number | null;
  readonly result: JsonValue;
  readonly error: { readonly type: string; readonly message: string } | null;
  /** Keys of the context that it has set. */
  readonly contextChanges: JsonObject;
  /** Whether it undid another one. */
  readonly isCompensation: boolean;
  /** When its last try began, and when it ended. */
  readonly begin: number | null;
  readonly end: number | null;
}

/** What came from outside. Those who answered are named by the step that took it. */
export type RecordedAnswer = { readonly at: number } & (
  | {
      readonly kind: "task";
      readonly step: string;
      readonly data: JsonObject;
      /** Null: whoever the task is for. */
      readonly by: string | null;
    }
  | { readonly kind: "callback"; readonly step: string; readonly payload: JsonValue }
  | { readonly kind: "signal"; readonly step: string; readonly payload: JsonValue }
  | { readonly kind: "cancel"; readonly reason: string }
);

export interface RecordedEnd {
  readonly status: WorkflowStatus;
  /** Absent where nobody told. */
  readonly output?: JsonValue;
  readonly error: string | null;
  /** When it ended; of a live instance the last thing that is known of it. */
  readonly at: number;
}
