import type { Sql } from "postgres";
import { preferring } from "./preferred-connection.ts";
import type { Statements } from "./statements.ts";
import { claimExecutions } from "./statements/claim-executions.ts";
import { commitTransitions } from "./statements/commit-transitions.ts";
import { findCommitted } from "./statements/find-committed.ts";
import * as definitions from "./statements/definitions.ts";
import { loadStates, loadUndoable, loadWholeState } from "./statements/load-state.ts";
import * as messages from "./statements/messages.ts";
import { moveOn } from "./statements/move-on.ts";
import * as scheduled from "./statements/scheduled-executions.ts";
import { startInstances } from "./statements/start-instances.ts";
import * as waits from "./statements/waits.ts";
import * as workers from "./statements/workers.ts";

/** Connections for some of the statements; those for all others unless given. */
export interface OwnConnections {
  /** A single one, for what steps and requests wait for, while it is free. */
  readonly preferred?: Sql;
  /** Those for what no step waits for. */
  readonly maintenance?: Sql;
}

/** The statements as SQL, on some connections. */
export function postgresStatements(
  sql: Sql,
  { preferred = sql, maintenance = sql }: OwnConnections = {},
): Statements {
  const on = preferring(preferred, sql);
  return {
    registerDefinitions: (structures) =>
      on((client) => definitions.registerDefinitions(client, structures)),
    findDefinition: (name, version) =>
      on((client) => definitions.findDefinition(client, name, version)),
    findStructure: (id) => on((client) => definitions.findStructure(client, id)),
    loadStates: (requests) => on((client) => loadStates(client, requests)),
    loadWholeState: (id) => on((client) => loadWholeState(client, id)),
    loadUndoable: (id, compensatingSteps) =>
      on((client) => loadUndoable(client, id, compensatingSteps)),
    moveOn: (transitions) => on((client) => moveOn(client, transitions)),
    commitTransitions: (transitions) => on((client) => commitTransitions(client, transitions)),
    findCommitted: (transitions) => on((client) => findCommitted(client, transitions)),
    claimExecutions: (requests) => on((client) => claimExecutions(client, requests)),
    startInstances: (requests) => on((client) => startInstances(client, requests)),
    release: (workerId, inHand, untouchedFor) =>
      scheduled.release(maintenance, workerId, inHand, untouchedFor),
    heartbeat: (worker) => workers.heartbeat(maintenance, worker),
    removeWorker: (workerId) => workers.removeWorker(maintenance, workerId),
    recoverLost: (silentFor, finder) => scheduled.recoverLost(maintenance, silentFor, finder),
    takeUndispatched: (before, limit) => scheduled.takeUndispatched(maintenance, before, limit),
    listScheduled: (after, limit) => scheduled.listScheduled(maintenance, after, limit),
    listDueTimers: (within, limit) => waits.listDueTimers(maintenance, within, limit),
    listNearTimers: (within, after, limit) =>
      waits.listNearTimers(maintenance, within, after, limit),
    findTimers: (timerIds) => on((client) => waits.findTimers(client, timerIds)),
    listPassedDeadlines: (limit) => waits.listPassedDeadlines(maintenance, limit),
    findCallback: (tokenHash) => on((client) => waits.findCallback(client, tokenHash)),
    listMessages: (writtenBefore, limit) =>
      messages.listMessages(maintenance, writtenBefore, limit),
    removeMessages: (messageIds) => on((client) => messages.removeMessages(client, messageIds)),
  };
}
