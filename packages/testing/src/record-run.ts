import {
  isJsonObject,
  isTerminal,
  type ExecutionView,
  type InstanceView,
  type JsonObject,
} from "@drover/engine";
import { HistoryIncompleteError } from "./history-incomplete-error.ts";
import { unwrapped, type ApiExecution, type ApiInstance } from "./api-answer.ts";
import type { RecordedAnswer, RecordedExecution, Recording } from "./recording.ts";

export interface RecordOptions {
  /** What the instance was started with, where the engine does not tell it. */
  readonly input?: JsonObject;
  /**
   * What came from outside, in its order. Unless given it is taken from the history: a form, a
   * payload is the result of the step that took it, unless the step returns something else.
   */
  readonly answers?: readonly RecordedAnswer[];
}

/** An execution, and who has answered it. */
interface Entry {
  readonly execution: RecordedExecution;
  readonly by: string | null;
}

/**
 * Makes a recording of an instance.
 * @param instance as any engine shows it, or as the API answers `GET /workflows/instances/{id}`
 * @throws HistoryIncompleteError where the API's answer has not all that the instance did
 */
export function recordRun(
  instance: InstanceView | ApiInstance,
  options: RecordOptions = {},
): Recording {
  return "step_history" in instance
    ? recordingOfAnswer(instance, options)
    : recordingOfView(instance, options);
}

function recordingOfView(instance: InstanceView, options: RecordOptions): Recording {
  const { startedAt, completedAt, status, error, output } = instance;
  const time = timeSince(startedAt);
  const entries = instance.history.map((entry) => fromView(entry, time));
  return recording(entries, options, {
    workflow: { name: instance.workflowName, version: instance.workflowVersion },
    startedAt: startedAt.toISOString(),
    input: options.input ?? instance.input ?? withoutChanges(instance.context, entries),
    end: {
      status,
      error,
      at: time(completedAt) ?? lastOf(entries),
      ...(isTerminal(status) ? { output } : {}),
    },
  });
}

function recordingOfAnswer(instance: ApiInstance, options: RecordOptions): Recording {
  demandWholeHistory(instance);
  const { started_at: startedAt, completed_at: completedAt, status, error, output } = instance;
  const time = timeSince(new Date(startedAt));
  const entries = instance.step_history.map((entry) => fromAnswer(entry, time));
  return recording(entries, options, {
    workflow: { name: instance.definition_name, version: instance.definition_version },
    startedAt: new Date(startedAt).toISOString(),
    input: options.input ?? instance.input_data ?? withoutChanges(instance.context_data, entries),
    end: {
      status,
      error,
      at: time(completedAt) ?? lastOf(entries),
      ...(output === undefined || !isTerminal(status) ? {} : { output }),
    },
  });
}

function recording(
  entries: readonly Entry[],
  options: RecordOptions,
  facts: Pick<Recording, "workflow" | "startedAt" | "input" | "end">,
): Recording {
  const { workflow, startedAt, input, end } = facts;
  const answers = options.answers ?? [
    ...entries.flatMap((entry) => answerOf(entry) ?? []),
    ...(end.status === "canceled"
      ? [{ kind: "cancel", at: end.at, reason: canceledFor(end.error) } as const]
      : []),
  ];
  return {
    format: "drover-recording",
    formatVersion: 1,
    workflow,
    startedAt,
    input,
    executions: entries.map(({ execution }) => execution),
    answers: answers.toSorted((left, right) => left.at - right.at),
    end,
  };
}

/** The reason that was given, which the engine tells as an error. */
function canceledFor(error: string | null): string {
  return (error ?? "").replace(/^Canceled: /, "");
}

function answerOf({ execution, by }: Entry): RecordedAnswer | null {
  const { type, step, status, result, end } = execution;
  if (status !== "succeeded" || end === null) return null;
  const at = end;
  if (type === "human") {
    return { kind: "task", at, step, data: isJsonObject(result) ? result : {}, by };
  }
  if (type === "webhook") return { kind: "callback", at, step, payload: result };
  return type === "signal" ? { kind: "signal", at, step, payload: result } : null;
}

function fromView(entry: ExecutionView, time: ReturnType<typeof timeSince>): Entry {
  const { error } = entry;
  const execution = {
    step: entry.stepName,
    type: entry.stepType,
    status: entry.status,
    member: entry.memberIndex,
    result: entry.result,
    error: error === null ? null : { type: error.type, message: error.message },
    contextChanges: entry.contextChanges ?? {},
    isCompensation: entry.undoes !== null,
    begin: time(entry.startedAt),
    end: time(entry.completedAt),
  };
  return { execution, by: entry.completedBy ?? null };
}

function fromAnswer(entry: ApiExecution, time: ReturnType<typeof timeSince>): Entry {
  const execution = {
    step: entry.step_name,
    type: entry.step_type,
    status: entry.status,
    member: entry.index ?? null,
    result: unwrapped(entry.output_data),
    error: errorOf(entry),
    contextChanges: entry.context_changes,
    isCompensation: (entry.undoes ?? null) !== null,
    begin: time(entry.started_at),
    end: time(entry.completed_at),
  };
  return { execution, by: entry.completed_by };
}

function errorOf({ error, error_details: details = null }: ApiExecution) {
  if (details !== null) return { type: details.type, message: details.message };
  return error === null ? null : { type: "Error", message: error };
}

function demandWholeHistory({ step_count: total, step_history: history }: ApiInstance): void {
  if (total === undefined || total <= history.length) return;
  throw new HistoryIncompleteError(history.length, total);
}

/** What is left of a context without what came into it later: the input, as well as it is known. */
function withoutChanges(context: JsonObject, entries: readonly Entry[]): JsonObject {
  const later = new Set(
    entries.flatMap((entry) => {
      const answer = answerOf(entry);
      const form = answer?.kind === "task" ? Object.keys(answer.data) : [];
      return [...Object.keys(entry.execution.contextChanges), ...form];
    }),
  );
  return Object.fromEntries(Object.entries(context).filter(([key]) => !later.has(key)));
}

function timeSince(start: Date) {
  return (moment: Date | string | null): number | null =>
    moment === null ? null : Math.max(0, new Date(moment).getTime() - start.getTime());
}

function lastOf(entries: readonly Entry[]): number {
  return Math.max(0, ...entries.flatMap(({ execution: { begin, end } }) => [begin ?? 0, end ?? 0]));
}
