import {
  isTerminal,
  SignalStep,
  WorkflowsError,
  type InstanceId,
  type InstanceView,
  type StepType,
  type WorkflowDefinition,
} from "@drover/engine";
import { differencesOf } from "./differences.ts";
import { ExpectationError } from "./expectations.ts";
import { recordRun } from "./record-run.ts";
import { recordedStubs } from "./recorded-stubs.ts";
import type { RecordedAnswer, Recording } from "./recording.ts";
import type { StepStub } from "./stubs.ts";
import { TestBench } from "./test-bench.ts";
import { TestRun } from "./test-run.ts";

export interface ReplayOptions {
  /** Stubs for steps that the recording does not know, or that shall do something else now. */
  readonly steps?: Readonly<Record<string, StepStub>>;
}

/** What a recorded instance does on a definition of now. */
export interface Replay {
  /** In words; empty where it does the same. */
  readonly differences: readonly string[];
  readonly run: TestRun;
  /** @throws ExpectationError with the differences and the story of the run */
  expectNoDifferences(): void;
}

/** Turns of a run that never comes to an end. */
const MOST_TURNS = 100_000;

/**
 * Runs a recorded instance again, on a definition that may have changed: in virtual time, with the
 * recorded results as stubs, and with what people, callbacks and signals said, at their times. No
 * code of steps runs but guards, gateways, conditions, groups and `onFailure`.
 */
export async function replay<Data extends object>(
  recording: Recording,
  definition: WorkflowDefinition<Data>,
  options: ReplayOptions = {},
): Promise<Replay> {
  demandReadable(recording);
  // Definitions of any data: each workflow's own types hold inside its steps.
  const any = definition as unknown as WorkflowDefinition;
  const startAt = new Date(recording.startedAt);
  const steps = { ...recordedStubs(any, recording), ...options.steps };
  const bench = new TestBench([any], { steps, startAt });
  const { id } = await bench.engine.start(definition.name, recording.input);
  const refused = await new Player(bench, id, any, recording).play();
  const run = new TestRun(bench, id);
  const differences = [...refused, ...differencesOf(recording, recordRun(run.instance))];
  const expectNoDifferences = () => {
    if (differences.length === 0) return;
    const words = `The recorded run is another one now:\n${list(differences)}`;
    throw new ExpectationError(words, { expected: [], actual: differences }, run.instance);
  };
  return { differences, run, expectNoDifferences };
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

function demandReadable({ format, formatVersion }: Recording): void {
  // Recordings come from files: what they say they are need not be what the types promise.
  const [kind, version]: [unknown, unknown] = [format, formatVersion];
  if (kind === "drover-recording" && version === 1) return;
  throw new Error(`This is no recording of version 1: ${String(kind)}, ${String(version)}`);
}

/** Gives the recorded answers at their times, and lets what is due on the way happen before. */
class Player {
  readonly #bench: TestBench;
  readonly #id: InstanceId;
  readonly #definition: WorkflowDefinition;
  readonly #recording: Recording;
  readonly #left: RecordedAnswer[];

  constructor(
    bench: TestBench,
    id: InstanceId,
    definition: WorkflowDefinition,
    recording: Recording,
  ) {
    this.#bench = bench;
    this.#id = id;
    this.#definition = definition;
    this.#recording = recording;
    this.#left = [...recording.answers];
  }

  /** @returns which of the answers were refused, in words */
  async play(): Promise<string[]> {
    const refused: string[] = [];
    await this.#bench.settle();
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      if (isTerminal(this.#instance.status)) break;
      const answer = this.#left.find((each) => each.at <= this.#now && this.#canGive(each));
      if (answer !== undefined) {
        this.#left.splice(this.#left.indexOf(answer), 1);
        const refusal = await this.#refusalOf(answer);
        if (refusal !== null) refused.push(refusal);
        continue;
      }
      const next = this.#nextMoment();
      if (next === null) break;
      await this.#bench.moveTo(next);
    }
    return refused;
  }

  /** A form may have changed, or who may fill it in: that is a difference, not a fault. */
  async #refusalOf(answer: RecordedAnswer): Promise<string | null> {
    try {
      await this.#give(answer);
      return null;
    } catch (error) {
      if (!(error instanceof WorkflowsError)) throw error;
      const place = answer.kind === "cancel" ? "" : ` at '${answer.step}'`;
      return `The recorded ${answer.kind}${place} is now refused: ${error.message}`;
    }
  }

  get #instance(): InstanceView {
    return this.#bench.engine.look(this.#id);
  }

  /** Milliseconds since the start. */
  get #now(): number {
    return this.#bench.clock.now().getTime() - this.#instance.startedAt.getTime();
  }

  /** The next alarm or answer; a recording of a live instance ends where it ends. */
  #nextMoment(): Date | null {
    const { startedAt } = this.#instance;
    const alarm = this.#bench.clock.next?.getTime() ?? null;
    const later = this.#left.filter(({ at }) => at > this.#now);
    const moments = later.map(({ at }) => startedAt.getTime() + at);
    const next = Math.min(alarm ?? Number.POSITIVE_INFINITY, ...moments);
    if (!Number.isFinite(next)) return null;
    const { status, at } = this.#recording.end;
    return isTerminal(status) || next <= startedAt.getTime() + at ? new Date(next) : null;
  }

  #canGive(answer: RecordedAnswer): boolean {
    switch (answer.kind) {
      case "task":
        return this.#waiting(answer.step, "human") !== undefined;
      case "callback":
        return this.#waiting(answer.step, "webhook") !== undefined;
      case "signal":
        return this.#waiting(answer.step, "signal") !== undefined;
      case "cancel":
        return true;
    }
  }

  #waiting(step: string, type: StepType) {
    return this.#instance.history.find(
      (entry) => entry.stepName === step && entry.stepType === type && entry.status === "waiting",
    );
  }

  async #give(answer: RecordedAnswer): Promise<void> {
    const run = new TestRun(this.#bench, this.#id);
    switch (answer.kind) {
      case "task":
        return run.completeTask(
          answer.step,
          answer.data,
          answer.by === null ? {} : { by: answer.by },
        );
      case "callback":
        return run.callback(this.#waiting(answer.step, "webhook")?.id ?? "", answer.payload);
      case "signal": {
        const step = this.#definition.steps.get(answer.step);
        const name = step instanceof SignalStep ? step.signal : null;
        return run.signal(name ?? answer.step, answer.payload);
      }
      case "cancel":
        return run.cancel(answer.reason);
    }
  }
}
