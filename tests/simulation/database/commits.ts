import type { Transition } from "@drover/db/store";
import type { ExecutionId, InstanceId, NewSignal, TaskId } from "@drover/engine";
import { writeChanges, type MemoryRows } from "@drover/engine/memory";
import type { PlantedFault } from "../planted.ts";

/** Sees what is written. */
export interface CommitWatch {
  readonly before: (transition: Transition) => void;
  readonly after: (transition: Transition) => void;
}

/**
 * Transitions written into rows as `COMMIT_TRANSITIONS` of packages/db writes them into tables.
 *
 * Invariants:
 * 1. The guards are the same: executions by status and attempt, the instance by version.
 * 2. What a unique index refuses undoes the whole statement.
 * 3. Rows remember the transition that wrote them, as far as their tables do.
 */
export class Commits {
  readonly #rows: MemoryRows;
  readonly #now: () => Date;
  readonly #planted: PlantedFault | null;
  readonly #watch: CommitWatch;
  readonly #touched = new Map<ExecutionId, number>();
  readonly #writers = new Map<ExecutionId | TaskId | InstanceId | string, string>();

  constructor(rows: MemoryRows, now: () => Date, planted: PlantedFault | null, watch: CommitWatch) {
    this.#rows = rows;
    this.#now = now;
    this.#planted = planted;
    this.#watch = watch;
  }

  /** An execution's row was written just now: `updated_at`. */
  touch(id: ExecutionId): void {
    this.#touched.set(id, this.#now().getTime());
  }

  /** When an execution's row was written last. */
  touchedAt(id: ExecutionId): number {
    return this.#touched.get(id) ?? 0;
  }

  commit(transitions: readonly Transition[]): boolean[] {
    // The guards see the rows as they were before the statement: it has one transition an instance.
    const won = transitions.map((transition) => this.#holds(transition));
    for (const [index, transition] of transitions.entries()) {
      if (won[index] === true) this.#refuseDuplicates(transition);
    }
    for (const [index, transition] of transitions.entries()) {
      if (won[index] === true) this.#write(transition);
    }
    return won;
  }

  /** As `FIND_COMMITTED`. */
  find(transitions: readonly Transition[]): boolean[] {
    return transitions.map(({ id, changes }) => {
      const executions = [...changes.executions, ...changes.newExecutions];
      return (
        this.#writers.get(changes.instanceId) === id ||
        changes.executions.some(
          ({ executionId, resumption }) =>
            resumption?.kind === "skip" &&
            this.#rows.execution(executionId).resumption?.kind === "skip",
        ) ||
        changes.newExecutions.some(({ executionId }) => this.#rows.executions.has(executionId)) ||
        executions.some(
          ({ executionId }) =>
            this.#writers.get(executionId) === id ||
            this.#writers.get(callbackOf(executionId)) === id ||
            this.#writers.get(taskOf(executionId)) === id,
        )
      );
    });
  }

  #holds({ changes }: Transition): boolean {
    const { instanceId, fromVersion, executions } = changes;
    const instance = this.#rows.instances.get(instanceId);
    if (instance === undefined) return false;
    const isUnmoved = instance.version === fromVersion || this.#planted === "join-without-lock";
    return (
      isUnmoved &&
      executions.every(({ executionId, from }) => {
        if (this.#planted === "no-fencing") return true;
        const row = this.#rows.executions.get(executionId);
        return row?.status === from.status && row.attempt === from.attempt;
      })
    );
  }

  #refuseDuplicates({ changes }: Transition): void {
    const { instanceId, newSignals, newCallbacks } = changes;
    for (const signal of newSignals) this.#refuseSignal(instanceId, signal);
    for (const { tokenHash } of newCallbacks) {
      for (const other of this.#rows.callbacks.values()) {
        if (other.open && other.tokenHash === tokenHash) {
          throw new UniqueViolation("workflow_callbacks_open_key");
        }
      }
    }
  }

  #refuseSignal(instanceId: InstanceId, { signalId, name, deduplicationId }: NewSignal): void {
    if (this.#rows.signals.has(signalId)) throw new UniqueViolation("workflow_signals_pkey");
    if (deduplicationId === null) return;
    for (const other of this.#rows.signals.values()) {
      const isSame = other.name === name && other.deduplicationId === deduplicationId;
      if (isSame && other.instanceId === instanceId) {
        throw new UniqueViolation("workflow_signals_deduplication_key");
      }
    }
  }

  #write(transition: Transition): void {
    const { id, changes } = transition;
    this.#watch.before(transition);
    writeChanges(this.#rows, changes, this.#now());
    if (changes.instance !== null) this.#writers.set(changes.instanceId, id);
    for (const { executionId } of [...changes.executions, ...changes.newExecutions]) {
      this.#writers.set(executionId, id);
      this.touch(executionId);
    }
    for (const { firstExecution } of changes.newInstances) this.touch(firstExecution.executionId);
    for (const { taskId } of changes.tasks) {
      const task = this.#rows.tasks.get(taskId);
      if (task !== undefined) this.#writers.set(taskOf(task.executionId), id);
    }
    for (const executionId of changes.closedWaits) {
      if (this.#rows.callbacks.has(executionId)) this.#writers.set(callbackOf(executionId), id);
    }
    this.#watch.after(transition);
  }
}

/** What Postgres says where a row with the same key is there. */
class UniqueViolation extends Error {
  readonly code = "23505";
  readonly constraint_name: string;

  constructor(constraint: string) {
    super(`duplicate key value violates unique constraint "${constraint}"`);
    this.constraint_name = constraint;
  }
}

const callbackOf = (id: ExecutionId) => `callback of ${id}`;
const taskOf = (id: ExecutionId) => `task of ${id}`;
