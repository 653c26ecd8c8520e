import {
  after,
  asId,
  CallbackAlreadyUsedError,
  CallbackNotFoundError,
  executeStep,
  isTerminal,
  TaskAlreadyCompletedError,
  TaskNotFoundError,
  type Duration,
  type ExecutionEngine,
  type InstanceId,
  type InstanceView,
  type JsonObject,
  type JsonValue,
  type RetryOptions,
  type SignalId,
  type SkipOptions,
  type StartOptions,
  type Step,
  type SteeringEvent,
  type TaskId,
  type TaskView,
  type WorkflowContext,
  type WorkflowDefinition,
  type WorkflowRegistry,
} from "@drover/engine";
import {
  LONGEST_COMMENT,
  cancelEvent,
  demandDelay,
  demandNames,
  demandStart,
  demandText,
  hashToken,
  keptObject,
  keptValue,
  resumeEvent,
  retryEvent,
} from "@drover/platform";
import { v7 as newId } from "uuid";
import { systemClock, type Clock } from "./clock.ts";
import { registryOf } from "./known-definitions.ts";
import { Machinery, type EngineEvent } from "./machinery.ts";
import { liveExecution } from "./live-execution.ts";
import { newInstance } from "./start-order.ts";
import { completeTask, openTaskAt } from "./tasks.ts";
import { instanceView, openTasks, taskView } from "./views.ts";
import { waitFor, type Expected } from "./wait-for.ts";

/** Steps that run at once unless told otherwise; the same as a worker's. */
const CONCURRENCY = 16;

export interface LocalEngineOptions {
  /** The workflows that it runs: definitions, or a registry that may still grow. */
  readonly definitions?: Iterable<WorkflowDefinition<never>>;
  readonly registry?: WorkflowRegistry;
  /** The machine's unless given. */
  readonly clock?: Clock;
  /** How many steps run at once; 16 unless given. */
  readonly concurrency?: number;
  /** Numbers from 0 up to 1, for the jitter of retries. */
  readonly random?: () => number;
  /** Told of everything that moves an instance, after it has. */
  readonly onEvent?: (event: EngineEvent) => void;
}

/**
 * Runs workflows in this process and keeps everything in its memory: for scripts and tests. The
 * state machine is the one that workers run over Postgres.
 */
export class LocalExecutionEngine implements ExecutionEngine {
  readonly #machinery: Machinery;
  readonly #clock: Clock;

  /** @throws WorkflowValidationError with everything that is wrong with a definition */
  constructor(options: LocalEngineOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#machinery = new Machinery({
      // Definitions of any data: each workflow's own types hold inside its steps.
      registry: options.registry ?? registryOf(options.definitions ?? []),
      clock: this.#clock,
      concurrency: options.concurrency ?? CONCURRENCY,
      random: options.random ?? Math.random,
      onEvent: options.onEvent ?? (() => {}),
    });
  }

  async start(
    workflow: string,
    input: object = {},
    options: StartOptions = {},
  ): Promise<InstanceView> {
    demandStart(workflow, options);
    const found = await this.#machinery.definitions.find(workflow, options.version);
    const { structure } = found.definition;
    const order = newInstance({ id: found.id, structure }, input, options, this.#clock.now());
    this.#machinery.checkInput(structure, order.instance.input);
    return this.look(await this.#machinery.start(order.instance, order.command));
  }

  executeStep(step: Step, context: WorkflowContext, previousResult?: JsonValue) {
    return executeStep(step, context, previousResult);
  }

  async scheduleStep(instanceId: InstanceId, stepName: string, delay?: Duration): Promise<void> {
    demandNames({ stepName });
    demandDelay(delay);
    const runAt = delay === undefined ? null : after(this.#clock.now(), delay);
    await this.#steer(instanceId, { type: "step.scheduled", stepName, runAt });
  }

  async completeHumanTask(
    instanceId: InstanceId,
    stepName: string,
    userId: string,
    data: JsonObject,
    comment?: string,
  ): Promise<InstanceView> {
    demandNames({ stepName, userId });
    const task = openTaskAt(this.#machinery, instanceId, stepName, userId);
    await this.completeTask(task.id, userId, data, comment);
    return this.look(instanceId);
  }

  /**
   * Completes a task.
   * @throws TaskNotFoundError, TaskAlreadyCompletedError, UnauthorizedTaskError, FormInvalidError
   */
  async completeTask(
    taskId: TaskId,
    userId: string,
    data: JsonObject = {},
    comment?: string,
  ): Promise<void> {
    demandNames({ userId });
    demandText("comment", comment, LONGEST_COMMENT);
    const row = this.#machinery.store.rows.tasks.get(taskId);
    if (row === undefined) throw new TaskNotFoundError(taskId);
    if (row.status !== "pending") throw new TaskAlreadyCompletedError(taskId, row.status);
    const form = keptObject(data, `form data of step '${row.stepName}'`);
    const completion = { completedBy: userId, data: form, comment: comment ?? null };
    await completeTask(this.#machinery, taskView(row), completion);
  }

  /**
   * Delivers what a webhook step waits for.
   * @throws CallbackNotFoundError, CallbackAlreadyUsedError
   */
  async receiveCallback(token: string, payload: JsonValue = null): Promise<void> {
    const callback = await this.#machinery.store.findCallback(hashToken(token));
    if (callback === null) throw new CallbackNotFoundError();
    if (!callback.open) throw new CallbackAlreadyUsedError();
    const { instanceId, executionId, callbackKey } = callback;
    const event = {
      executionId,
      callbackKey,
      payload: keptValue(payload, "payload of a callback"),
    };
    await this.#machinery.act(instanceId, { type: "callback.received", ...event });
  }

  async signal(
    instanceId: InstanceId,
    name: string,
    payload: JsonValue = null,
    options: { readonly id?: string } = {},
  ): Promise<void> {
    demandNames({ name, id: options.id });
    await this.#machinery.act(instanceId, {
      type: "signal.received",
      signalId: asId<SignalId>(newId()),
      name,
      payload: keptValue(payload, `payload of signal '${name}'`),
      deduplicationId: options.id ?? null,
    });
  }

  async cancel(instanceId: InstanceId, reason: string): Promise<InstanceView> {
    return this.#steer(instanceId, cancelEvent(reason));
  }

  pause(instanceId: InstanceId): Promise<InstanceView> {
    return this.#steer(instanceId, { type: "instance.paused" });
  }

  async resume(
    instanceId: InstanceId,
    options: { readonly fromStep?: string } = {},
  ): Promise<InstanceView> {
    return this.#steer(instanceId, resumeEvent(options));
  }

  async retry(instanceId: InstanceId, options: RetryOptions = {}): Promise<InstanceView> {
    return this.#steer(instanceId, retryEvent(options));
  }

  async skip(
    instanceId: InstanceId,
    stepName: string,
    options: SkipOptions = {},
  ): Promise<InstanceView> {
    demandNames({ stepName });
    const { executionId: wanted = null } = options;
    const executionId = liveExecution(this.#machinery.store.rows, instanceId, stepName, wanted);
    return this.#steer(instanceId, { type: "step.skip-requested", executionId });
  }

  async getInstance(instanceId: InstanceId): Promise<InstanceView> {
    return this.look(instanceId);
  }

  /** As `getInstance`, without waiting for an answer. @throws WorkflowInstanceNotFoundError */
  look(instanceId: InstanceId): InstanceView {
    return instanceView(this.#machinery.store.rows, instanceId);
  }

  async getRunningInstances(): Promise<InstanceView[]> {
    return (await this.getAllInstances()).filter(({ status }) => !isTerminal(status));
  }

  async getAllInstances(): Promise<InstanceView[]> {
    const { rows } = this.#machinery.store;
    return [...rows.instances.keys()].toReversed().map((id) => this.look(id));
  }

  async getPendingTasks(userId?: string): Promise<TaskView[]> {
    demandNames({ userId });
    return this.lookAtTasks().filter(
      ({ assigneeId }) => userId === undefined || assigneeId === null || assigneeId === userId,
    );
  }

  /** Open tasks, without waiting for an answer: of one instance, or of all. */
  lookAtTasks(instanceId?: InstanceId): TaskView[] {
    return openTasks(this.#machinery.store.rows, instanceId);
  }

  /**
   * Resolves when nothing is left to do but to wait for people, callbacks, signals and time. Code
   * that runs is something to do, unless all it does is `sleep`.
   */
  idle(): Promise<void> {
    return this.#machinery.activity.quiet();
  }

  /**
   * Resolves when an instance has a status or is what a function says.
   * @throws InstanceEndedError when it is over and is not, EngineClosedError
   */
  waitFor(instanceId: InstanceId, expected: Expected): Promise<InstanceView> {
    return waitFor(this.#machinery, instanceId, expected);
  }

  /**
   * A pause in a step's code by the engine's clock, for code that pretends to take its time.
   * @throws the reason when the step is told to stop
   */
  sleep(context: WorkflowContext, duration: Duration): Promise<void> {
    return this.#machinery.runner.sleep(context, duration);
  }

  /** Names of steps whose code runs at this moment and does not `sleep`. */
  get stepsAtWork(): string[] {
    const { rows } = this.#machinery.store;
    return this.#machinery.runner.awake.map((id) => rows.execution(id).stepName);
  }

  /** Tells all code that runs to stop; what it comes to counts no more. */
  close(): void {
    this.#machinery.close();
  }

  async #steer(instanceId: InstanceId, event: SteeringEvent): Promise<InstanceView> {
    await this.#machinery.act(instanceId, event);
    return this.look(instanceId);
  }
}
