import type { QueueFeeder } from "@drover/distributed";
import {
  asId,
  type ClaimedStep,
  type DefinitionId,
  type InstanceId,
  type JsonObject,
  type JsonValue,
  type ScheduledExecution,
  type StepEvent,
  type TaskRequest,
  type WaitRequest,
  type WorkerId,
  type WorkflowStore,
  type WorkflowStructure,
} from "@drover/engine";
import { hashToken, newId } from "@drover/db";
import type { RecordingQueue } from "./recording-queue.ts";

/** A worker without code: a test says what comes of each step. */
export class ScriptedWorker {
  readonly id = asId<WorkerId>(newId());
  readonly #store: WorkflowStore;
  readonly #inHand: ScheduledExecution[] = [];
  readonly #queue: RecordingQueue;
  readonly #feeder: QueueFeeder;
  readonly #definitions: DefinitionId[] = [];

  constructor(store: WorkflowStore, queue: RecordingQueue, feeder: QueueFeeder) {
    this.#store = store;
    this.#queue = queue;
    this.#feeder = feeder;
  }

  async register(...structures: readonly WorkflowStructure[]): Promise<DefinitionId[]> {
    const ids = await this.#store.registerDefinitions(structures);
    this.#definitions.push(...ids);
    return ids;
  }

  /** Claims what was enqueued for a step of an instance. */
  async claim(instanceId: string, stepName: string): Promise<ClaimedStep> {
    await this.#feeder.idle();
    for (const job of this.#queue.enqueued) {
      const { enqueued } = this.#queue;
      const result = await this.#store.claim({
        ...job,
        workerId: this.id,
        definitionIds: this.#definitions,
      });
      if (result.kind !== "claimed") continue;
      const { step } = result;
      if (step.instanceId === instanceId && step.stepName === stepName) {
        this.#inHand.push({ executionId: step.executionId, attempt: step.attempt });
        return step;
      }
      const released = await this.#store.releaseExecutions(this.id, this.#inHand, 0);
      enqueued.push(...released);
    }
    throw new Error(`nothing was enqueued for step ${stepName} of ${instanceId}`);
  }

  /** Ends a claimed step; the flow goes on over the given edges. */
  async finish(
    step: ClaimedStep,
    edges: readonly number[],
    outcome: { readonly set?: JsonObject; readonly result?: JsonValue } = {},
  ): Promise<void> {
    const { executionId, attempt } = step;
    await this.dispatch(step.instanceId, {
      type: "step.succeeded",
      executionId,
      attempt,
      contextChanges: outcome.set ?? {},
      result: outcome.result ?? null,
      edges,
      continueAs: null,
    });
  }

  /** Any event of a step; what follows from it goes to the queue. */
  async dispatch(instanceId: InstanceId, event: StepEvent): Promise<void> {
    const dispatched = await this.#store.dispatch(instanceId, event);
    if (dispatched.kind === "stale") throw new Error(`${event.type} was stale`);
    this.#feeder.give(dispatched.commands);
  }

  async fail(step: ClaimedStep, message: string): Promise<void> {
    const { executionId, attempt } = step;
    await this.dispatch(step.instanceId, {
      type: "step.failed",
      executionId,
      attempt,
      contextChanges: {},
      error: { type: "Error", message, stack: null, cause: null },
      handled: false,
      edges: [],
      continueAs: null,
    });
  }

  async run(
    instanceId: string,
    stepName: string,
    edges: readonly number[],
    outcome: { readonly set?: JsonObject; readonly result?: JsonValue } = {},
  ): Promise<void> {
    await this.finish(await this.claim(instanceId, stepName), edges, outcome);
  }

  /** A human step comes to its task. */
  async askPerson(
    instanceId: string,
    stepName: string,
    task: Partial<TaskRequest> = {},
  ): Promise<void> {
    await this.#wait(instanceId, stepName, {
      kind: "task",
      title: "Please decide",
      description: null,
      formSchema: null,
      assigneeId: null,
      assigneeGroup: null,
      dueAt: null,
      reminderAt: null,
      ...task,
    });
  }

  async awaitCallback(instanceId: string, stepName: string, token: string): Promise<void> {
    const callbackKey = "webhook_data";
    await this.#wait(instanceId, stepName, {
      kind: "callback",
      tokenHash: hashToken(token),
      callbackKey,
    });
  }

  async #wait(instanceId: string, stepName: string, wait: WaitRequest) {
    const { executionId, attempt, instanceId: id } = await this.claim(instanceId, stepName);
    const event = { type: "step.waiting", executionId, attempt, contextChanges: {}, wait } as const;
    await this.#store.dispatch(id, event);
  }
}
