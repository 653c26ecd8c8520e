import type { StepRecord } from "../context/workflow-context.ts";
import type { WorkflowStructure } from "../definition/structure.ts";
import { InvariantError, WorkflowInstanceNotFoundError } from "../errors.ts";
import type { DefinitionId, ExecutionId, InstanceId, TaskId, TimerId, WorkerId } from "../ids.ts";
import { layered, type JsonObject, type JsonValue } from "../json.ts";
import { isLive, type StepStatus, type TaskStatus, type WorkflowStatus } from "../status.ts";
import type { NewTask, NewTimer } from "../state/changes.ts";
import type { Arrival, InstanceState, Resumption, Token, Wait } from "../state/instance-state.ts";
import type { StartRequest } from "../transition/start.ts";

/** What the tables hold, as plain rows. */
export class MemoryRows {
  readonly definitions = new Map<DefinitionId, WorkflowStructure>();
  readonly instances = new Map<InstanceId, InstanceRow>();
  readonly executions = new Map<ExecutionId, ExecutionRow>();
  readonly tasks = new Map<TaskId, TaskRow>();
  readonly timers = new Map<TimerId, TimerRow>();
  readonly callbacks = new Map<ExecutionId, CallbackRow>();
  readonly workers = new Map<WorkerId, Date>();

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

  /** All executions of an instance: ended ones in their order, then the live ones. */
  executionsOf(id: InstanceId): ExecutionRow[] {
    return [...this.executions.values()]
      .filter((row) => row.instanceId === id)
      .sort((a, b) => (a.sequence ?? Infinity) - (b.sequence ?? Infinity) || order(a.id, b.id));
  }

  history(id: InstanceId): StepRecord[] {
    return this.executionsOf(id)
      .filter((row) => row.sequence !== null)
      .map((row) => ({
        id: row.id,
        stepName: row.stepName,
        status: row.status,
        result: row.result,
        error: row.error,
        startedAt: row.startedAt?.toISOString() ?? null,
        completedAt: row.completedAt?.toISOString() ?? null,
      }));
  }

  /** Changes that ended executions have left and the instance's row does not hold yet. */
  unfolded(instance: InstanceRow): JsonObject {
    const later = this.executionsOf(instance.id).filter(
      (row) => row.sequence !== null && row.sequence > instance.sequence,
    );
    return layered(later.map((row) => row.contextChanges));
  }

  state(id: InstanceId): InstanceState {
    const instance = this.instance(id);
    const executions = this.executionsOf(id);
    return {
      id,
      definitionId: instance.request.definitionId,
      status: instance.status,
      version: instance.version,
      sequence: Math.max(instance.sequence, ...executions.map((row) => row.sequence ?? 0)),
      terminalReached: instance.terminalReached,
      unfolded: this.unfolded(instance),
      tokens: executions.filter((row) => isLive(row.status)).map((row) => this.#token(row)),
    };
  }

  #token(row: ExecutionRow): Token {
    const { id: executionId, stepName, attempt } = row;
    const base = { executionId, stepName, attempt };
    switch (row.status) {
      case "pending":
        return { ...base, status: "pending", arrivals: row.arrivals };
      case "scheduled":
      case "running":
        return { ...base, status: row.status };
      case "waiting":
        return { ...base, status: "waiting", wait: this.#wait(executionId) };
      default:
        throw new InvariantError(`execution ${executionId} is ${row.status}, not live`);
    }
  }

  #wait(executionId: ExecutionId): Wait {
    for (const task of this.tasks.values()) {
      if (task.executionId === executionId && task.status === "pending") {
        return { kind: "task", taskId: task.taskId, assigneeId: task.assigneeId };
      }
    }
    for (const timer of this.timers.values()) {
      if (timer.executionId === executionId) return { kind: "timer", timerId: timer.timerId };
    }
    return { kind: "callback" };
  }
}

export interface InstanceRow {
  readonly id: InstanceId;
  readonly request: StartRequest;
  readonly workflowName: string;
  readonly workflowVersion: string;
  readonly startedAt: Date;
  readonly status: WorkflowStatus;
  readonly version: number;
  readonly sequence: number;
  readonly liveTokens: number;
  readonly currentStep: string | null;
  readonly terminalReached: boolean;
  readonly context: JsonObject;
  readonly error: string | null;
  readonly completedAt: Date | null;
}

export interface ExecutionRow {
  readonly id: ExecutionId;
  readonly instanceId: InstanceId;
  readonly stepName: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly workerId: WorkerId | null;
  readonly sequence: number | null;
  readonly contextSequence: number | null;
  readonly arrivals: readonly Arrival[];
  readonly resumption: Resumption | null;
  readonly result: JsonValue;
  readonly error: string | null;
  readonly contextChanges: JsonObject | null;
  readonly assignedTo: string | null;
  readonly completedBy: string | null;
  readonly dispatchedAt: Date | null;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
}

export interface TaskRow extends NewTask {
  readonly instanceId: InstanceId;
  readonly status: TaskStatus;
  readonly completedBy: string | null;
}

export interface TimerRow extends NewTimer {
  readonly instanceId: InstanceId;
}

export interface CallbackRow {
  readonly instanceId: InstanceId;
  readonly executionId: ExecutionId;
  readonly tokenHash: string;
  readonly callbackKey: string;
  readonly open: boolean;
}

/** UUIDv7 sorts by time as text does. */
export function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
