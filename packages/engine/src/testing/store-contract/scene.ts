import type { WorkflowStructure } from "../../definition/structure.ts";
import { knownFrom } from "../../execution/known.ts";
import type { EdgeIndex } from "../../graph/flow-graph.ts";
import { asId, type InstanceId, type TaskId, type WorkerId } from "../../ids.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import type { StepStatus, TaskStatus } from "../../status.ts";
import type { ScheduledExecution } from "../../state/changes.ts";
import type { WaitRequest } from "../../state/events.ts";
import type { ClaimedStep, Dispatched, HeartbeatDetails, WorkflowStore } from "../../store.ts";
import type { NewInstance } from "../../transition/start.ts";
import { aNewInstance, aStructure } from "../builders.ts";

/** A store under test, and a way to look at what it holds. */
export interface StoreUnderTest {
  readonly store: WorkflowStore;
  readonly newId: () => string;
  instance(id: InstanceId): Promise<InstanceView>;
  executions(id: InstanceId): Promise<readonly ExecutionView[]>;
  task(id: TaskId): Promise<TaskView>;
  close(): Promise<void>;
}

export interface InstanceView {
  readonly status: string;
  readonly currentStep: string | null;
  readonly liveTokens: number;
  readonly context: JsonObject;
  readonly error: string | null;
}

interface TaskView {
  readonly status: TaskStatus;
  readonly assigneeId: string | null;
  readonly formSchema: JsonObject | null;
}

export interface ExecutionView {
  readonly stepName: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly result: JsonValue;
  readonly error: string | null;
}

/** What a test of the contract stands on. */
export interface Scene {
  readonly under: StoreUnderTest;
  readonly given: Given;
}

type Committed = Extract<Dispatched, { kind: "committed" }>;

interface Ending {
  readonly inline?: boolean;
  readonly changes?: JsonObject;
  readonly result?: JsonValue;
}

/** The words in which the contract is told. */
export class Given {
  readonly worker: WorkerId;
  readonly #under: StoreUnderTest;

  constructor(under: StoreUnderTest) {
    this.#under = under;
    this.worker = asId<WorkerId>(under.newId());
  }

  async started(
    structure: WorkflowStructure,
    overrides: Parameters<typeof aNewInstance>[3] = {},
  ): Promise<{ id: InstanceId; first: ScheduledExecution }> {
    const instance = await this.#newInstance(structure, overrides);
    await this.#under.store.startInstances([instance]);
    const { executionId, attempt } = instance.firstExecution;
    return { id: instance.instanceId, first: { executionId, attempt } };
  }

  async startAll(all: readonly Parameters<typeof aNewInstance>[3][]) {
    const structure = aStructure(["a -> b"]);
    const instances: NewInstance[] = [];
    for (const overrides of all) instances.push(await this.#newInstance(structure, overrides));
    return this.#under.store.startInstances(instances);
  }

  async tryClaim(job: ScheduledExecution, workerId: WorkerId, lostLessThan?: number) {
    const definitionIds = await this.#definitionIds();
    const most = lostLessThan === undefined ? {} : { lostLessThan };
    return this.#under.store.claim({ ...job, workerId, definitionIds, ...most });
  }

  async claimed(job: ScheduledExecution | undefined): Promise<ClaimedStep> {
    if (job === undefined) throw new Error("there is nothing to claim");
    const claim = await this.tryClaim(job, this.worker);
    if (claim.kind !== "claimed") throw new Error(`the claim is ${claim.kind}`);
    return claim.step;
  }

  async dispatchSucceeded(step: ClaimedStep, edges: readonly EdgeIndex[], ending: Ending = {}) {
    const event = {
      type: "step.succeeded",
      executionId: step.executionId,
      attempt: step.attempt,
      contextChanges: ending.changes ?? {},
      result: ending.result ?? null,
      edges,
      continueAs: ending.inline === true ? this.worker : null,
    } as const;
    return this.#under.store.dispatch(step.instanceId, event, knownFrom(step));
  }

  async succeed(
    step: ClaimedStep | undefined,
    edges: readonly EdgeIndex[],
    ending: Ending = {},
  ): Promise<Committed> {
    if (step === undefined) throw new Error("there is no step to end");
    return committed(await this.dispatchSucceeded(step, edges, ending));
  }

  async fail(step: ClaimedStep, message: string): Promise<Committed> {
    const dispatched = await this.#under.store.dispatch(step.instanceId, {
      type: "step.failed",
      executionId: step.executionId,
      attempt: step.attempt,
      contextChanges: {},
      error: { type: "Error", message, stack: null, cause: null },
      handled: false,
      edges: [],
      continueAs: null,
    });
    return committed(dispatched);
  }

  async wait(step: ClaimedStep, wait: WaitRequest): Promise<Committed> {
    const dispatched = await this.#under.store.dispatch(
      step.instanceId,
      {
        type: "step.waiting",
        executionId: step.executionId,
        attempt: step.attempt,
        contextChanges: { before: 1 },
        wait,
      },
      knownFrom(step),
    );
    return committed(dispatched);
  }

  /** An instance whose first step waits. */
  async waitingFor(structure: WorkflowStructure, wait: WaitRequest) {
    const { id, first } = await this.started(structure);
    const step = await this.claimed(first);
    const { state } = await this.wait(step, wait);
    const [token] = state.tokens;
    const open = token?.status === "waiting" && token.wait.kind === "task" ? token.wait : null;
    // Only those who wait for a person have a task, and only they ask for it.
    const taskId = open?.taskId ?? asId<TaskId>(this.#under.newId());
    return { id, step, state, taskId };
  }

  async complete(id: InstanceId, taskId: TaskId, completedBy: string): Promise<Committed> {
    const data = { approved: true };
    const event = { type: "task.completed", taskId, completedBy, data, comment: null } as const;
    return committed(await this.#under.store.dispatch(id, event));
  }

  beat(running: readonly ScheduledExecution[], details: readonly HeartbeatDetails[] = []) {
    return this.#under.store.heartbeat({
      workerId: this.worker,
      host: "here",
      pid: 1,
      concurrency: 1,
      draining: false,
      definitionIds: null,
      running,
      details,
    });
  }

  /** The worker has been silent for too long, and another one notices. */
  workerLost() {
    const finder = asId<WorkerId>(this.#under.newId());
    return this.#under.store.recoverLostExecutions(0, finder);
  }

  /** The next step as the worker that has claimed it inline knows it. */
  following(step: ClaimedStep, { inline, state }: Committed): ClaimedStep {
    if (inline === null) throw new Error("no step was claimed inline");
    return { ...step, ...inline, attempt: 1, state };
  }

  enqueued({ commands }: Committed): ScheduledExecution[] {
    return commands
      .filter((command) => command.type === "enqueue")
      .map(({ executionId, attempt }) => ({ executionId, attempt }));
  }

  /** Executions in a few words, ended ones first. */
  async steps(id: InstanceId): Promise<string[]> {
    const rows = await this.#under.executions(id);
    return rows.map((row) => `${row.stepName} ${row.status} ${row.attempt}`);
  }

  #structures: WorkflowStructure[] = [];

  async #newInstance(
    structure: WorkflowStructure,
    overrides: Parameters<typeof aNewInstance>[3],
  ): Promise<NewInstance> {
    const [definitionId] = await this.#under.store.registerDefinitions([structure]);
    if (definitionId === undefined) throw new Error("the definition got no id");
    this.#structures.push(structure);
    return aNewInstance(structure, definitionId, this.#under.newId, overrides);
  }

  #definitionIds() {
    return this.#under.store.registerDefinitions(this.#structures);
  }
}

function committed(dispatched: Dispatched): Committed {
  if (dispatched.kind !== "committed") throw new Error(`the event was ${dispatched.kind}`);
  return dispatched;
}
