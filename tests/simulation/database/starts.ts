import type { ExecutionId, NewInstance, StartResult } from "@drover/engine";
import { writeNewInstance, type InstanceRow, type MemoryRows } from "@drover/engine/memory";

/**
 * Instances that start together or not at all, as `START_KEYED` of packages/db starts them, and `START_ALONE`.
 * @param take whether a worker that had offered to gets the first step of an instance, which was just written
 */
export function startAll(
  rows: MemoryRows,
  instances: readonly NewInstance[],
  now: Date,
  touch: (id: ExecutionId) => void,
  take: (instance: NewInstance) => boolean,
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
      return {
        instanceId: row.id,
        created: row.id === instanceId,
        requestHash,
        isTaken: false,
      };
    }
    const requestHash = idempotency?.requestHash ?? null;
    if (isRefused) return { instanceId, created: false, requestHash, isTaken: false };
    writeNewInstance(rows, instance, now);
    touch(firstExecution.executionId);
    return { instanceId, created: true, requestHash, isTaken: take(instance) };
  });
}

function existing(rows: MemoryRows, instance: NewInstance): InstanceRow | undefined {
  const { instanceId, idempotency } = instance;
  const holder = idempotency === null ? undefined : rows.byKey.get(idempotency.key);
  return rows.instances.get(instanceId) ?? (holder && rows.instances.get(holder));
}
