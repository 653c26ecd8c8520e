import { recentHistory } from "../context/recent-history.ts";
import { CALLBACK_INDEX } from "../state/instance-state.ts";
import type { ClaimedStep, ItemAtHand, MemberRecord } from "../store.ts";
import { isOnItem, stepRecord, type MemoryRows } from "./memory-rows.ts";
import { readState } from "./read-state.ts";
import type { ExecutionRow } from "./rows.ts";

/** A row that a worker has just claimed, with all it needs to run. */
export function claimedStep(rows: MemoryRows, row: ExecutionRow): ClaimedStep {
  const instance = rows.instance(row.instanceId);
  const { request } = instance;
  return {
    executionId: row.id,
    instanceId: row.instanceId,
    definitionId: request.definitionId,
    stepName: row.stepName,
    attempt: row.attempt,
    failedTries: row.failedTries,
    lostAttempts: row.lostAttempts,
    heartbeatDetails: row.heartbeatDetails,
    arrivals: row.arrivals,
    resumption: row.resumption,
    membership: row.membership,
    item: itemOf(rows, row),
    members: membersFor(rows, row),
    childOutput:
      row.resumption?.kind === "child" ? rows.instance(row.resumption.instanceId).output : null,
    undoes: row.undoes,
    depth: instance.origin?.depth ?? 0,
    context: { ...instance.context, ...rows.unfolded(instance) },
    metadata: request.metadata,
    history: [
      ...recentHistory(rows.history(row.instanceId)),
      ...sendersOnItems(rows, row),
      // What is undone comes last, so that `result` of its step is its own.
      ...(row.undoes === null ? [] : [stepRecord(rows.execution(row.undoes))]),
    ],
    startedAt: instance.startedAt.toISOString(),
    createdBy: request.createdBy,
    tenantId: request.tenantId,
    state:
      instance.liveTokens === 1
        ? readState(rows, row.instanceId, {
            kind: "part",
            executions: [],
            tasks: [],
            timers: [],
            turns: 0,
          })
        : null,
  };
}

function itemOf(rows: MemoryRows, row: ExecutionRow): ItemAtHand | undefined {
  // What undoes a step works on the item that the step has worked on.
  const { membership } = row.undoes === null ? row : rows.execution(row.undoes);
  if (membership === null || membership.itemId === null) return undefined;
  const holder = rows.execution(membership.itemId);
  if (holder.item === undefined) return undefined;
  return { value: holder.item, index: holder.membership?.index ?? 0 };
}

/** The results of members are for their group when it goes on, and for its callback. */
function membersFor(rows: MemoryRows, row: ExecutionRow): MemberRecord[] {
  const isCallback = row.membership?.index === CALLBACK_INDEX;
  const group =
    isCallback && row.membership !== null ? rows.execution(row.membership.groupId) : row;
  if (!isCallback && row.resumption?.kind !== "group") return [];
  return rows
    .membersOf(group)
    .filter((member) => member.id !== row.id)
    .map((member) => ({
      stepName: member.stepName,
      index: member.membership?.index ?? 0,
      status: member.status,
      result: member.result,
      error: member.error,
    }));
}

/** Who works on an item sees of the others only who has sent it on. */
function sendersOnItems(rows: MemoryRows, { arrivals }: ExecutionRow) {
  return arrivals
    .map(({ executionId }) => rows.execution(executionId))
    .filter(isOnItem)
    .map(stepRecord);
}
