import type { InstanceId, WorkflowStatus } from "@drover/engine";
import type { MemoryRows } from "@drover/engine/memory";

/** What an instance has come to. */
export interface Outcome {
  readonly status: WorkflowStatus;
  /** Key by key, sorted. */
  readonly context: string;
  /** How often each step ended in which way, sorted. */
  readonly steps: string;
}

export function outcomeOf(rows: MemoryRows, id: InstanceId): Outcome {
  const instance = rows.instance(id);
  const context = { ...instance.context, ...rows.unfolded(instance) };
  const counts = new Map<string, number>();
  for (const { stepName, status } of rows.executionsOf(id)) {
    const ending = `${stepName} ${status}`;
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  return {
    status: instance.status,
    context: JSON.stringify(Object.fromEntries(Object.entries(context).sort(byKey))),
    steps: JSON.stringify(Object.fromEntries([...counts].sort(byKey))),
  };
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
