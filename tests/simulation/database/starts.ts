import type { ExecutionId, NewInstance, StartResult } from "@drover/engine";
import { writeNewInstance, type InstanceRow, type MemoryRows } from "@drover/engine/memory";

/** Instances that start together or not at all, as `START_KEYED` of packages/db starts them. */
export function startAll(
  rows: MemoryRows,
  instances: readonly NewInstance[],
  now: Date,
  touch: (id: ExecutionId) => void,
): StartResult[] {
  const known = instances.map((instance) => existing(rows, instance));
  const isRefused = instances.some((instance, index) => {
    const row = known[index];
    if (row === undefined || row.id === instance.instanceId) return false;
    return row.request.idempotency?.requestHash !== instance.idempotency?.requestHash;
  });
  return instances.map((instance, index) => {
    const { instanceId, idempotency, firstExecution } = instance;
    const row = known[index];
    if (row !== undefined) {
      const requestHash = row.request.idempotency?.requestHash ?? null;
      return { instanceId: row.id, created: row.id === instanceId, requestHash };
    }
    const requestHash = idempotency?.requestHash ?? null;
    if (isRefused) return { instanceId, created: false, requestHash };
    writeNewInstance(rows, instance, now);
    touch(firstExecution.executionId);
    return { instanceId, created: true, requestHash };
  });
}

function existing(rows: MemoryRows, instance: NewInstance): InstanceRow | undefined {
  const { instanceId, idempotency } = instance;
  const holder = idempotency === null ? undefined : rows.byKey.get(idempotency.key);
  return rows.instances.get(instanceId) ?? (holder && rows.instances.get(holder));
}
