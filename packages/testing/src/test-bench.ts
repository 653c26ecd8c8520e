import {
  WorkflowRegistry,
  type InstanceId,
  type InstanceView,
  type WorkflowDefinition,
} from "@drover/engine";
import { LocalExecutionEngine } from "@drover/local";
import { setTimeout as pause } from "node:timers/promises";
import { story } from "./story.ts";
import { staged, type StepCall, type StepStub } from "./stubs.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** How long code may run for real before a test gives up. Milliseconds. */
const PATIENCE = 10_000;
/** More alarms than this are a workflow that never ends. */
const MOST_ALARMS = 100_000;

export interface BenchOptions {
  readonly steps: Readonly<Record<string, StepStub>>;
  readonly startAt: Date;
  readonly patience?: number;
}

/** An engine whose time is the test's, and the calls of its steps. */
export class TestBench {
  readonly clock: VirtualClock;
  readonly engine: LocalExecutionEngine;
  readonly calls: StepCall[] = [];
  readonly #counts = new Map<string, number>();
  readonly #patience: number;

  constructor(definitions: readonly WorkflowDefinition[], options: BenchOptions) {
    this.#patience = options.patience ?? PATIENCE;
    this.clock = new VirtualClock(options.startAt);
    demandKnownSteps(definitions, Object.keys(options.steps));
    const stage = {
      now: () => this.clock.now(),
      note: (call: Omit<StepCall, "number">) => this.#note(call),
      sleep: (...given: Parameters<LocalExecutionEngine["sleep"]>) => this.engine.sleep(...given),
    };
    const registry = new WorkflowRegistry();
    for (const each of definitions) registry.register(staged(each, options.steps, stage));
    // All at once and without chance: what a test shows it shows again.
    const concurrency = Number.POSITIVE_INFINITY;
    this.engine = new LocalExecutionEngine({
      registry,
      clock: this.clock,
      concurrency,
      random: () => 0.5,
    });
  }

  /** Lets everything run that needs no time. @throws when code runs on for too long in real time */
  async settle(): Promise<void> {
    for (;;) {
      await this.#idle();
      const { next } = this.clock;
      if (next === null || next > this.clock.now()) return;
      this.clock.ring();
    }
  }

  /** Moves time on to a moment; everything that is due on the way happens at its own. */
  async moveTo(moment: Date): Promise<void> {
    await this.settle();
    for (;;) {
      const { next } = this.clock;
      if (next === null || next > moment) break;
      this.clock.ring();
      await this.settle();
    }
    this.clock.moveTo(moment);
  }

  /** Moves time on to whatever comes next. @returns false when nothing comes by itself */
  async moveToNext(): Promise<boolean> {
    const { next } = this.clock;
    if (next === null) return false;
    await this.moveTo(next);
    return true;
  }

  /**
   * Moves time on until an instance is as it should be, or nothing comes by itself any more.
   * @returns whether it is so
   */
  async moveUntil(
    id: InstanceId,
    isReached: (instance: InstanceView) => boolean,
  ): Promise<boolean> {
    await this.settle();
    for (let alarms = 0; !isReached(this.engine.look(id)); alarms += 1) {
      if (alarms >= MOST_ALARMS) {
        throw new Error(`The workflow does not come to an end\n\n${story(this.engine.look(id))}`);
      }
      if (!(await this.moveToNext())) return false;
    }
    return true;
  }

  #note(call: Omit<StepCall, "number">): StepCall {
    const number = (this.#counts.get(call.stepName) ?? 0) + 1;
    this.#counts.set(call.stepName, number);
    const noted = { ...call, number };
    this.calls.push(noted);
    return noted;
  }

  async #idle(): Promise<void> {
    const given = new AbortController();
    const tooLong = pause(this.#patience, true, { signal: given.signal }).catch(() => false);
    const late = await Promise.race([this.engine.idle().then(() => false), tooLong]);
    given.abort();
    if (!late) return;
    const names = this.engine.stepsAtWork.map((name) => `'${name}'`).join(", ");
    throw new Error(
      `Time stands still while steps run, and ${names} did not end within ${this.#patience} ms. ` +
        `Stub what waits for the outside; takes("10 minutes", result) takes virtual time.`,
    );
  }
}

function demandKnownSteps(definitions: readonly WorkflowDefinition[], stubs: string[]): void {
  const known = new Set(definitions.flatMap(({ steps }) => [...steps.keys()]));
  const unknown = stubs.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const names = unknown.map((name) => `'${name}'`).join(", ");
  throw new Error(`There is no step ${names} to stub; there are ${[...known].join(", ")}`);
}
