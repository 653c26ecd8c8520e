import { flowGraph } from "../graph/flow-graph.ts";
import type { ExecutionId, InstanceId } from "../ids.ts";
import { InvariantError } from "../errors.ts";
import type { InstanceState, Token, UndoableStep } from "../state/instance-state.ts";
import type { StateNeeds } from "../transition/needs.ts";
import type { MemoryRows } from "./memory-rows.ts";
import type { ExecutionRow, InstanceRow } from "./rows.ts";

/** The state of an instance: whole, or the part that some events need. */
export function readState(rows: MemoryRows, id: InstanceId, needs: StateNeeds): InstanceState {
  const instance = rows.instance(id);
  const outer = rows.live(id, "outer");
  const members =
    needs.kind === "whole" ? rows.live(id, "members") : neededMembers(rows, id, needs);
  const tokens = [...outer, ...members].map(token);
  const active = tokens.filter(
    (found) => found.status === "scheduled" || found.status === "running",
  ).length;
  return {
    id,
    definitionId: instance.request.definitionId,
    status: instance.status,
    version: instance.version,
    sequence: rows.sequence(instance),
    terminalReached: instance.terminalReached,
    unfolded: rows.unfolded(instance),
    tokens,
    hidden: {
      live: instance.liveTokens - tokens.length,
      active: instance.activeTokens - active,
    },
    memory: instance.memory,
    signals: needs.kind === "whole" ? keptSignals(rows, id) : null,
    undoable: needs.kind === "whole" ? undoable(rows, instance) : null,
    parent: instance.origin?.waits === true ? instance.origin : null,
  };
}

function neededMembers(
  rows: MemoryRows,
  id: InstanceId,
  needs: Extract<StateNeeds, { kind: "part" }>,
): ExecutionRow[] {
  const wanted = new Set<ExecutionId>(needs.executions);
  for (const task of needs.tasks) addOwner(wanted, rows.tasks.get(task));
  for (const timer of needs.timers) addOwner(wanted, rows.timers.get(timer));
  const found = new Map<ExecutionId, ExecutionRow>();
  // A Set can be extended while it is walked: groups around groups are found too.
  for (const executionId of wanted) {
    const row = rows.executions.get(executionId);
    if (row === undefined || row.instanceId !== id || row.completedAt !== null) continue;
    if (row.membership !== null) {
      found.set(row.id, row);
      wanted.add(row.membership.groupId);
    }
    if (row.wait?.kind !== "group" || row.wait.next >= row.wait.size) continue;
    for (const member of rows.membersFrom(row, row.wait.next, needs.turns)) {
      if (member.status === "pending") found.set(member.id, member);
    }
  }
  return [...found.values()];
}

function addOwner(
  wanted: Set<ExecutionId>,
  row: { readonly executionId: ExecutionId } | undefined,
): void {
  if (row !== undefined) wanted.add(row.executionId);
}

function token(row: ExecutionRow): Token {
  const { id: executionId, stepName, attempt, arrivals, membership, undoes } = row;
  const base = { executionId, stepName, attempt, arrivals, membership, undoes };
  if (row.status === "scheduled" || row.status === "running") {
    return { ...base, status: row.status };
  }
  if (row.status === "pending" && row.pendingFor !== null) {
    return { ...base, status: "pending", pendingFor: row.pendingFor };
  }
  if (row.status === "waiting" && row.wait !== null) {
    return { ...base, status: "waiting", wait: row.wait };
  }
  throw new InvariantError(`execution ${executionId} is ${row.status}, not live`);
}

function keptSignals(rows: MemoryRows, id: InstanceId) {
  return [...rows.signals.values()].filter((signal) => signal.instanceId === id && !signal.taken);
}

function undoable(rows: MemoryRows, { id, request }: InstanceRow): UndoableStep[] {
  const { compensatingSteps } = flowGraph(rows.structure(request.definitionId));
  if (compensatingSteps.length === 0) return [];
  const executions = rows.executionsOf(id);
  const begun = new Set(executions.map((row) => row.undoes));
  return executions
    .filter(
      (row) =>
        row.status === "succeeded" &&
        row.undoes === null &&
        compensatingSteps.includes(row.stepName) &&
        !begun.has(row.id),
    )
    .map((row) => ({ executionId: row.id, stepName: row.stepName }))
    .toReversed();
}
