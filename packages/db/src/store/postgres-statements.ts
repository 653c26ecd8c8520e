import type { Sql } from "postgres";
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

/**
 * The statements as SQL, on some connections.
 * @param maintenance those for what no step waits for; the same unless given
 */
export function postgresStatements(sql: Sql, maintenance = sql): Statements {
  return {
    registerDefinitions: (structures) => definitions.registerDefinitions(sql, structures),
    findDefinition: (name, version) => definitions.findDefinition(sql, name, version),
    findStructure: (id) => definitions.findStructure(sql, id),
    loadStates: (requests) => loadStates(sql, requests),
    loadWholeState: (id) => loadWholeState(sql, id),
    loadUndoable: (id, compensatingSteps) => loadUndoable(sql, id, compensatingSteps),
    moveOn: (transitions) => moveOn(sql, transitions),
    commitTransitions: (transitions) => commitTransitions(sql, transitions),
    findCommitted: (transitions) => findCommitted(sql, transitions),
    claimExecutions: (requests) => claimExecutions(sql, requests),
    startInstances: (requests) => startInstances(sql, requests),
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
    findTimers: (timerIds) => waits.findTimers(sql, timerIds),
    listPassedDeadlines: (limit) => waits.listPassedDeadlines(maintenance, limit),
    findCallback: (tokenHash) => waits.findCallback(sql, tokenHash),
    listMessages: (writtenBefore, limit) =>
      messages.listMessages(maintenance, writtenBefore, limit),
    removeMessages: (messageIds) => messages.removeMessages(sql, messageIds),
  };
}
