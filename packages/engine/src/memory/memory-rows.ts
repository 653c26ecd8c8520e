import type { StepRecord } from "../context/workflow-context.ts";
import type { WorkflowStructure } from "../definition/structure.ts";
import { InvariantError, WorkflowInstanceNotFoundError } from "../errors.ts";
import type {
  DefinitionId,
  ExecutionId,
  InstanceId,
  MessageId,
  SignalId,
  TaskId,
  TimerId,
  WorkerId,
} from "../ids.ts";
import { layered, type JsonObject } from "../json.ts";
import { isLive } from "../status.ts";
import { Agenda } from "./agenda.ts";
import type {
  AttemptRow,
  CallbackRow,
  ExecutionRow,
  InstanceRow,
  MessageRow,
  SignalRow,
  TaskRow,
  TimerRow,
} from "./rows.ts";

/** The executions of one instance, as they are asked for. */
interface Executions {
  /** Live steps of the workflow itself, and live members of groups. */
  readonly outer: Set<ExecutionId>;
  readonly members: Set<ExecutionId>;
  /** Ended ones in the order of their sequence, those that work on items apart. */
  readonly ended: ExecutionId[];
  readonly endedItems: ExecutionId[];
  /** The ended ones as later steps see them, in the same order. */
  readonly records: StepRecord[];
  /** Members by their group, in the order in which they were put down: their declared order. */
  readonly byGroup: Map<ExecutionId, ExecutionId[]>;
}

/** What the tables hold, as plain rows, with the indexes that reading them needs. */
export class MemoryRows {
  readonly definitions = new Map<DefinitionId, WorkflowStructure>();
  readonly inactive = new Set<DefinitionId>();
  readonly instances = new Map<InstanceId, InstanceRow>();
  /** Instances by their idempotency key. */
  readonly byKey = new Map<string, InstanceId>();
  /** Live instances that have a deadline. */
  readonly deadlines = new Agenda<InstanceId>();
  readonly executions = new Map<ExecutionId, ExecutionRow>();
  readonly attempts: AttemptRow[] = [];
  readonly tasks = new Map<TaskId, TaskRow>();
  readonly timers = new Map<TimerId, TimerRow>();
  readonly timersInOrder = new Agenda<TimerId>();
  readonly callbacks = new Map<ExecutionId, CallbackRow>();
  readonly signals = new Map<SignalId, SignalRow>();
  readonly messages = new Map<MessageId, MessageRow>();
  readonly workers = new Map<WorkerId, Date>();
  readonly scheduled = new Set<ExecutionId>();
  readonly #byInstance = new Map<InstanceId, Executions>();
  readonly #timerOf = new Map<ExecutionId, TimerId>();

  structure(id: DefinitionId): WorkflowStructure {
    const structure = this.definitions.get(id);
    if (structure === undefined) throw new InvariantError(`definition ${id} is not known`);
    return structure;
  }

  instance(id: InstanceId): InstanceRow {
    const row = this.instances.get(id);
    if (row === undefined) throw new WorkflowInstanceNotFoundError(id);
    return row;
  }

  execution(id: ExecutionId): ExecutionRow {
    const row = this.executions.get(id);
    if (row === undefined) throw new InvariantError(`execution ${id} is not there`);
    return row;
  }

  /** Writes an instance, new or changed. */
  putInstance(row: InstanceRow): void {
    this.instances.set(row.id, row);
    const { idempotency } = row.request;
    if (idempotency !== null) this.byKey.set(idempotency.key, row.id);
    if (row.deadlineAt === null || row.completedAt !== null) this.deadlines.delete(row.id);
    else this.deadlines.put(row.id, row.deadlineAt);
  }

  /** Writes a timer; an execution waits for one at the most. */
  putTimer(row: TimerRow): void {
    this.timers.set(row.timerId, row);
    this.timersInOrder.put(row.timerId, row.fireAt);
    this.#timerOf.set(row.executionId, row.timerId);
  }

  removeTimer(id: TimerId): void {
    const row = this.timers.get(id);
    if (row === undefined) return;
    this.timers.delete(id);
    this.timersInOrder.delete(id);
    this.#timerOf.delete(row.executionId);
  }

  removeTimerOf(execution: ExecutionId): void {
    const id = this.#timerOf.get(execution);
    if (id !== undefined) this.removeTimer(id);
  }

  /** Writes an execution, new or changed. */
  putExecution(row: ExecutionRow): void {
    const before = this.executions.get(row.id);
    this.executions.set(row.id, row);
    const index = this.#executionsOf(row.instanceId);
    const live = row.membership === null ? index.outer : index.members;
    if (before === undefined && row.membership !== null) {
      const { groupId } = row.membership;
      const members = index.byGroup.get(groupId) ?? [];
      members.push(row.id);
      index.byGroup.set(groupId, members);
    }
    if (isLive(row.status)) live.add(row.id);
    else if (live.delete(row.id) || before === undefined) {
      if (isOnItem(row)) index.endedItems.push(row.id);
      else {
        index.ended.push(row.id);
        index.records.push(stepRecord(row));
      }
    }
    if (row.status === "scheduled") this.scheduled.add(row.id);
    else this.scheduled.delete(row.id);
  }

  /** Live executions, oldest first: those of the workflow itself, or those inside of groups. */
  live(id: InstanceId, which: "outer" | "members"): ExecutionRow[] {
    return [...this.#executionsOf(id)[which]].map((execution) => this.execution(execution));
  }

  /** How many executions live inside of groups. */
  liveMembers(id: InstanceId): number {
    return this.#executionsOf(id).members.size;
  }

  /** Members of a group in their declared order; ended ones and live ones. */
  membersOf(group: ExecutionRow): ExecutionRow[] {
    const members = this.#executionsOf(group.instanceId).byGroup.get(group.id) ?? [];
    return members
      .map((member) => this.execution(member))
      .sort((a, b) => (a.membership?.index ?? 0) - (b.membership?.index ?? 0));
  }

  /** So many members of a group from a place in their declared order; without its callback. */
  membersFrom(group: ExecutionRow, from: number, count: number): ExecutionRow[] {
    const members = this.#executionsOf(group.instanceId).byGroup.get(group.id) ?? [];
    return members.slice(from, from + count).map((member) => this.execution(member));
  }

  /** All executions of an instance: ended ones in their order, then the live ones. */
  executionsOf(id: InstanceId): ExecutionRow[] {
    const { ended, endedItems } = this.#executionsOf(id);
    const over = [...ended, ...endedItems]
      .map((execution) => this.execution(execution))
      .sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
    const live = [...this.live(id, "outer"), ...this.live(id, "members")];
    return [...over, ...live.sort((a, b) => order(a.id, b.id))];
  }

  /** What later steps see of those before; of what works on items only the groups' results. */
  history(id: InstanceId): readonly StepRecord[] {
    return this.#executionsOf(id).records;
  }

  /** Changes that ended executions have left and the instance's row does not hold yet. */
  unfolded({ id, sequence }: InstanceRow): JsonObject {
    return layered(this.#later(id, sequence).map((row) => row.contextChanges));
  }

  /** Sequence of the last execution that has ended. */
  sequence({ id, sequence }: InstanceRow): number {
    return this.#later(id, sequence).at(-1)?.sequence ?? sequence;
  }

  #later(id: InstanceId, sequence: number): ExecutionRow[] {
    const { ended } = this.#executionsOf(id);
    const isEarlier = (execution: ExecutionId) =>
      (this.execution(execution).sequence ?? 0) <= sequence;
    const last = ended.findLastIndex(isEarlier);
    return ended.slice(last + 1).map((execution) => this.execution(execution));
  }

  #executionsOf(id: InstanceId): Executions {
    const known = this.#byInstance.get(id);
    if (known !== undefined) return known;
    const fresh: Executions = {
      outer: new Set(),
      members: new Set(),
      ended: [],
      endedItems: [],
      records: [],
      byGroup: new Map(),
    };
    this.#byInstance.set(id, fresh);
    return fresh;
  }
}

/** Whether an execution works on an item of a map: there may be thousands of its kind. */
export function isOnItem({ membership }: ExecutionRow): boolean {
  return membership !== null && membership.itemId !== null;
}

export function stepRecord(row: ExecutionRow): StepRecord {
  return {
    id: row.id,
    stepName: row.stepName,
    status: row.status,
    result: row.result,
    error: row.error?.message ?? null,
    startedAt: row.startedAt?.toISOString() ?? null,
    completedAt: row.completedAt?.toISOString() ?? null,
  };
}

/** UUIDv7 sorts by time as text does. */
export function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
