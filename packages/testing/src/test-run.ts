import {
  isTerminal,
  type Duration,
  type ExecutionView,
  type InstanceId,
  type InstanceView,
  type JsonObject,
  type JsonValue,
  type RetryOptions,
  type SkipOptions,
  type TaskView,
  type WorkflowStatus,
} from "@drover/engine";
import { expectPath, ExpectationError, StepExpectation } from "./expectations.ts";
import { story } from "./story.ts";
import type { StepCall } from "./stubs.ts";
import type { TestBench } from "./test-bench.ts";
import { inMilliseconds } from "./words.ts";

/** An open task. */
export interface TestTask extends TaskView {
  /** Whether its due date has passed. */
  readonly isOverdue: boolean;
}

/** One instance in virtual time. What can be read is as of `now`; nothing happens by itself. */
export class TestRun {
  readonly id: InstanceId;
  readonly #bench: TestBench;

  constructor(bench: TestBench, id: InstanceId) {
    this.#bench = bench;
    this.id = id;
  }

  get now(): Date {
    return this.#bench.clock.now();
  }

  /** The instance as an engine shows it; `recordRun` takes it. */
  get instance(): InstanceView {
    return this.#bench.engine.look(this.id);
  }

  get status(): WorkflowStatus {
    return this.instance.status;
  }

  get context(): JsonObject {
    return this.instance.context;
  }

  get output(): JsonValue {
    return this.instance.output;
  }

  get error(): string | null {
    return this.instance.error;
  }

  get history(): readonly ExecutionView[] {
    return this.instance.history;
  }

  /** The history as text. */
  get story(): string {
    return story(this.instance);
  }

  /** Open tasks, the most urgent first, then the oldest. */
  get tasks(): TestTask[] {
    return this.#bench.engine.lookAtTasks(this.id).map((task) => ({
      ...task,
      isOverdue: task.dueAt !== null && task.dueAt < this.now,
    }));
  }

  /** Runs of a step's code, every try of them, in their order; of the workflows inside, too. */
  calls(stepName: string): StepCall[] {
    return this.#bench.calls.filter((call) => call.stepName === stepName);
  }

  /**
   * Lets time pass. Timers, retries, time limits and deadlines happen at their own moments, in their
   * order; none of it takes real time.
   * @param duration also in words: `"3 days"`, `"2 hours 30 minutes"`
   */
  async advance(duration: Duration): Promise<void> {
    await this.#bench.moveTo(new Date(this.now.getTime() + inMilliseconds(duration)));
  }

  /** Lets time pass until the instance is over. @throws where it waits for somebody, saying for what */
  async advanceToEnd(): Promise<void> {
    const isOver = await this.#bench.moveUntil(this.id, ({ status }) => isTerminal(status));
    if (isOver) return;
    const { history } = this.instance;
    const waiting = history.filter(({ status }) => status === "waiting" || status === "pending");
    const actual = waiting.map(({ stepName, stepType }) => `'${stepName}' (${stepType})`);
    throw new ExpectationError(
      `The end does not come by itself: the workflow waits at ${actual.join(", ")}`,
      { expected: "the end", actual },
      this.instance,
    );
  }

  /**
   * Completes the open task of a human step.
   * @param options.by who does it; the assignee unless given, or "somebody"
   * @throws InstanceNotWaitingError, FormInvalidError, UnauthorizedTaskError
   */
  async completeTask(
    stepName: string,
    data: JsonObject = {},
    options: { readonly by?: string; readonly comment?: string } = {},
  ): Promise<void> {
    const assignee = this.tasks.find((task) => task.stepName === stepName)?.assigneeId;
    const by = options.by ?? assignee ?? "somebody";
    await this.#do(() =>
      this.#bench.engine.completeHumanTask(this.id, stepName, by, data, options.comment),
    );
  }

  /** Delivers a callback. @throws CallbackNotFoundError, CallbackAlreadyUsedError */
  async callback(token: string, payload: JsonValue = null): Promise<void> {
    await this.#do(() => this.#bench.engine.receiveCallback(token, payload));
  }

  async signal(
    name: string,
    payload: JsonValue = null,
    options: { readonly id?: string } = {},
  ): Promise<void> {
    await this.#do(() => this.#bench.engine.signal(this.id, name, payload, options));
  }

  async cancel(reason = "the test wants it"): Promise<void> {
    await this.#do(() => this.#bench.engine.cancel(this.id, reason));
  }

  async pause(): Promise<void> {
    await this.#do(() => this.#bench.engine.pause(this.id));
  }

  async resume(options: { readonly fromStep?: string } = {}): Promise<void> {
    await this.#do(() => this.#bench.engine.resume(this.id, options));
  }

  async retry(options: RetryOptions = {}): Promise<void> {
    await this.#do(() => this.#bench.engine.retry(this.id, options));
  }

  async skip(stepName: string, options: SkipOptions = {}): Promise<void> {
    await this.#do(() => this.#bench.engine.skip(this.id, stepName, options));
  }

  /** The run of a workflow that a step has started, the newest of that name. */
  async child(workflowName: string): Promise<TestRun> {
    const instances = await this.#bench.engine.getAllInstances();
    const found = instances.find(
      (each) => each.parentId === this.id && each.workflowName === workflowName,
    );
    if (found !== undefined) return new TestRun(this.#bench, found.id);
    const actual = instances.filter((each) => each.parentId === this.id);
    throw new ExpectationError(
      `No step has started a workflow '${workflowName}'`,
      { expected: workflowName, actual: actual.map((each) => each.workflowName) },
      this.instance,
    );
  }

  /** Steps that ran to an end, in the order in which they ended; members of groups too. */
  expectPath(steps: readonly string[]): void {
    expectPath(this.instance, steps);
  }

  expectStatus(status: WorkflowStatus): void {
    const actual = this.status;
    if (actual === status) return;
    const words = `Expected the workflow to be ${status}, but it is ${actual}`;
    throw new ExpectationError(words, { expected: status, actual }, this.instance);
  }

  /** What a step should have come to: `expectStep("pay").toHaveSucceeded().toHaveFailedTries(2)`. */
  expectStep(stepName: string): StepExpectation {
    return new StepExpectation(this.instance, stepName);
  }

  async #do(what: () => Promise<unknown>): Promise<void> {
    await what();
    await this.#bench.settle();
  }
}
