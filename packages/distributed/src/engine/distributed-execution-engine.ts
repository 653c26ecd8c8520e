import {
  findInstance,
  findInstanceDetail,
  type InstanceSummary,
  listInstanceIds,
  listInstances,
  findTaskToAnswer,
  listStepsWithOpenTasks,
  listTasks,
  newId as uuid,
  type Queries,
} from "@drover/db";
import {
  after,
  type Duration,
  executeStep,
  type ExecutionEngine,
  asId,
  type InstanceId,
  InstanceNotWaitingError,
  type InstanceView,
  InvariantError,
  isUuid,
  type JsonObject,
  type JsonValue,
  type NewId,
  type RetryOptions,
  type SkipOptions,
  type StartOptions,
  type SteeringEvent,
  type Step,
  type TaskView,
  type WorkflowContext,
  WorkflowInstanceNotFoundError,
  type WorkflowStore,
} from "@drover/engine";
import { FormValidator } from "@drover/forms";
import {
  LONGEST_COMMENT,
  cancelEvent,
  demandDelay,
  demandNames,
  demandStart,
  demandText,
  keptObject,
  keptValue,
  resumeEvent,
  retryEvent,
} from "@drover/platform";
import { act } from "../acting/act.ts";
import { completeTask } from "../acting/complete-task.ts";
import { eachAtMost } from "../acting/each-at-most.ts";
import { QueueFeeder, type WorkTaker } from "../acting/queue-feeder.ts";
import { sendSignal } from "../acting/send-signal.ts";
import { skipStep } from "../acting/skip-step.ts";
import { DefinitionCatalog } from "../definition-catalog.ts";
import { StartRefusedError } from "../errors.ts";
import { type Log, SILENT } from "../log.ts";
import { startInstances } from "../starting/start-instances.ts";
import { refusalOf } from "./refusal-of.ts";
import { startOrderOf } from "./start-order-of.ts";
import { instanceView, taskView } from "./views.ts";

/** Instances and tasks that a list has at the most. */
const MOST_LISTED = 1_000;

/** Executions that each instance of a list has at the most. */
const MOST_EXECUTIONS_LISTED = 100;

/** Instances of a list that are read at the same time. */
const READ_AT_ONCE = 4;

const LIVE = ["pending", "running", "paused", "waiting"] as const;

export interface DistributedEngineOptions {
  readonly store: WorkflowStore;
  readonly queries: Queries;
  /** Gets the work; while it is away, workers find the work in Postgres. */
  readonly queue: WorkTaker;
  readonly forms?: FormValidator;
  /** Told when the queue is away. */
  readonly logger?: Log;
  readonly now?: () => Date;
  readonly newId?: NewId;
}

/**
 * Starts and steers workflows that workers run, without HTTP between: what the API does over HTTP
 * this does in a program. It needs no workflow's code; workers have registered the definitions.
 *
 * Every answer tells what is stored; the instance moves on afterwards.
 */
export class DistributedExecutionEngine implements ExecutionEngine {
  readonly #services;

  constructor(options: DistributedEngineOptions) {
    const { store, queries, queue, logger = SILENT } = options;
    this.#services = {
      store,
      queries,
      logger,
      feeder: new QueueFeeder(queue, logger),
      catalog: new DefinitionCatalog(queries),
      forms: options.forms ?? new FormValidator(),
      now: options.now ?? (() => new Date()),
      newId: options.newId ?? uuid,
    };
  }

  /**
   * See `ExecutionEngine`.
   * @throws ArgumentInvalidError, NotJsonError, WorkflowNotFoundError, WorkflowInactiveError,
   *   InputInvalidError, IdempotencyConflictError
   */
  async start(
    workflow: string,
    input: object = {},
    options: StartOptions = {},
  ): Promise<InstanceView> {
    demandStart(workflow, options);
    try {
      const [started] = await startInstances(this.#services, [
        startOrderOf(workflow, input, options),
      ]);
      if (started === undefined) throw new InvariantError("an order went without an answer");
      return await this.getInstance(started.instance.id);
    } catch (error) {
      throw error instanceof StartRefusedError ? refusalOf(error) : error;
    }
  }

  executeStep(
    step: Step,
    context: WorkflowContext,
    previousResult?: JsonValue,
  ): Promise<JsonValue> {
    return executeStep(step, context, previousResult);
  }

  /** @throws StepNotFoundError, WorkflowAlreadyCompletedError, RangeError for what is no duration */
  async scheduleStep(instanceId: InstanceId, stepName: string, delay?: Duration): Promise<void> {
    demandNames({ stepName });
    demandDelay(delay);
    const runAt = delay === undefined ? null : after(this.#services.now(), delay);
    const id = existing(instanceId);
    await act(this.#services, id, { type: "step.scheduled", stepName, runAt });
  }

  async completeHumanTask(
    instanceId: InstanceId,
    stepName: string,
    userId: string,
    data: JsonObject,
    comment?: string,
  ): Promise<InstanceView> {
    demandNames({ stepName, userId });
    demandText("comment", comment, LONGEST_COMMENT);
    const { queries } = this.#services;
    const { id, status } = await this.#summary(instanceId);
    const task = await findTaskToAnswer(queries, id, stepName, userId);
    if (task === null) {
      const waitingAt = await listStepsWithOpenTasks(queries, id);
      throw new InstanceNotWaitingError(id, stepName, status, waitingAt);
    }
    await completeTask(this.#services, task, {
      completedBy: userId,
      data: keptObject(data, "form data"),
      comment: comment ?? null,
    });
    return this.getInstance(instanceId);
  }

  /** @throws WorkflowInstanceNotFoundError, WorkflowAlreadyCompletedError */
  async signal(
    instanceId: InstanceId,
    name: string,
    payload: JsonValue = null,
    options: { readonly id?: string } = {},
  ): Promise<void> {
    demandNames({ name, id: options.id });
    await sendSignal(this.#services, existing(instanceId), {
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
    const { executionId = null } = options;
    await skipStep(this.#services, await this.#summary(instanceId), stepName, executionId);
    return this.getInstance(instanceId);
  }

  getInstance(instanceId: InstanceId): Promise<InstanceView> {
    return this.#look(instanceId, Number.MAX_SAFE_INTEGER);
  }

  async getRunningInstances(): Promise<InstanceView[]> {
    const { queries } = this.#services;
    return this.#read((await listInstanceIds(queries, {}, LIVE, MOST_LISTED, "newest")).items);
  }

  async getAllInstances(): Promise<InstanceView[]> {
    const page = { limit: MOST_LISTED, offset: 0 };
    const { items } = await listInstances(this.#services.queries, {}, page);
    return this.#read(items.map(({ id }) => id));
  }

  async getPendingTasks(userId?: string): Promise<TaskView[]> {
    demandNames({ userId });
    const page = { limit: MOST_LISTED, offset: 0 };
    const filter = { status: "pending", assigneeId: userId } as const;
    const { items } = await listTasks(this.#services.queries, filter, page);
    return items.map(taskView);
  }

  /** Resolves when the queue has been told all there is to tell. */
  idle(): Promise<void> {
    return this.#services.feeder.idle();
  }

  async #steer(instanceId: InstanceId, event: SteeringEvent): Promise<InstanceView> {
    await act(this.#services, existing(instanceId), event);
    return this.getInstance(instanceId);
  }

  async #look(instanceId: InstanceId, mostExecutions: number): Promise<InstanceView> {
    const id = existing(instanceId);
    const found = await findInstanceDetail(this.#services.queries, id, mostExecutions);
    if (found === null) throw new WorkflowInstanceNotFoundError(id);
    return instanceView(found);
  }

  async #summary(instanceId: InstanceId): Promise<InstanceSummary> {
    const found = await findInstance(this.#services.queries, existing(instanceId));
    if (found === null) throw new WorkflowInstanceNotFoundError(instanceId);
    return found;
  }

  async #read(ids: readonly InstanceId[]): Promise<InstanceView[]> {
    const views: InstanceView[] = [];
    await eachAtMost(ids, READ_AT_ONCE, async (id, index) => {
      views[index] = await this.#look(id, MOST_EXECUTIONS_LISTED);
    });
    return views;
  }
}

/** An id as rows have it. @throws WorkflowInstanceNotFoundError for what can be no instance's id */
function existing(id: InstanceId): InstanceId {
  if (!isUuid(id)) throw new WorkflowInstanceNotFoundError(id);
  return asId<InstanceId>(id);
}
