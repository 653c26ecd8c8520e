import {
  Gateway,
  StepGroup,
  TimerStep,
  type Step,
  type WorkflowContext,
  type WorkflowDefinition,
} from "@drover/engine";
import type { RecordedExecution, Recording } from "./recording.ts";
import type { StepStub, StubCall } from "./stubs.ts";

/** Longer than anybody waits: code that was canceled before it came to anything. Milliseconds. */
const ENDLESS = 3_650 * 86_400_000;

/**
 * Stubs that do again what a recording says that steps did: they take their time, set what was set,
 * and come to what they came to. What decides about the way stays the definition's own: gateways,
 * conditions, guards, groups, timers. Steps that the recording does not know come to nothing.
 */
export function recordedStubs(
  definition: WorkflowDefinition,
  recording: Recording,
): Record<string, StepStub> {
  const stubs: Record<string, StepStub> = {};
  for (const [name, step] of definition.steps) {
    if (step instanceof Gateway || step instanceof StepGroup) continue;
    const forward = new Reel(recording.executions.filter(isOf(name, false)));
    const back = new Reel(recording.executions.filter(isOf(name, true)));
    stubs[name] = {
      execute: (context, call) => replayed(forward.of(call), step, context, call),
      onSuccess: () => {},
      compensate: (context) => undone(back.of({ executionId: context.idempotencyKey })),
      getCallbackToken: (context) => context.idempotencyKey,
    };
  }
  return stubs;
}

function isOf(name: string, isCompensation: boolean) {
  return (execution: RecordedExecution) =>
    execution.step === name &&
    execution.isCompensation === isCompensation &&
    execution.status !== "skipped";
}

/** The recorded executions of one step, handed out in their order, each to one execution of now. */
class Reel {
  readonly #left: RecordedExecution[];
  readonly #taken = new Map<string, RecordedExecution | null>();

  constructor(executions: readonly RecordedExecution[]) {
    this.#left = executions.toSorted((a, b) => (a.begin ?? 0) - (b.begin ?? 0));
  }

  /** The same one for every try of an execution; of a map the one for its item. */
  of(call: Pick<StubCall, "executionId"> & { readonly itemIndex?: number | undefined }) {
    const taken = this.#taken.get(call.executionId);
    if (taken !== undefined) return taken;
    const same = this.#left.findIndex(({ member }) => member === call.itemIndex);
    const [next = null] = this.#left.splice(Math.max(0, same), 1);
    this.#taken.set(call.executionId, next);
    return next;
  }
}

async function replayed(
  recorded: RecordedExecution | null,
  step: Step,
  context: WorkflowContext,
  call: StubCall,
) {
  if (recorded === null) return null;
  await call.takes(durationOf(recorded, step));
  for (const [key, value] of Object.entries(recorded.contextChanges)) context.set(key, value);
  if (recorded.status === "failed") throw errorOf(recorded);
  return recorded.result;
}

function undone(recorded: RecordedExecution | null) {
  if (recorded?.status === "failed") throw errorOf(recorded);
  return recorded?.result ?? null;
}

function errorOf({ error }: RecordedExecution): Error {
  const again = new Error(error?.message ?? "failed");
  again.name = error?.type ?? "Error";
  return again;
}

/** What a step waited for takes its own time in the replay, too. */
function durationOf({ begin, end, type, status }: RecordedExecution, step: Step): number {
  if (step instanceof TimerStep || (type !== "machine" && type !== "workflow")) return 0;
  if (status !== "succeeded" && status !== "failed") return ENDLESS;
  return begin === null || end === null ? 0 : Math.max(0, end - begin);
}
