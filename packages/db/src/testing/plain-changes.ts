import { asId, type Changes, type ExecutionChange } from "@drover/engine";
import { newId } from "../new-id.ts";

/** When it happens. */
export const AT = new Date("2026-01-02T03:04:05.678Z");

/** A running step that simply ends. */
export const aPlainEnd: ExecutionChange = {
  executionId: asId(newId()),
  from: { status: "running", attempt: 2 },
  status: "succeeded",
  attempt: 2,
  sequence: 3,
  result: null,
  error: null,
  contextChanges: {},
  wait: null,
  pendingFor: null,
  arrivals: null,
  resumption: null,
  assignedTo: null,
  completedBy: null,
  workerId: null,
  contextSequence: null,
  endedAt: AT,
};

/** A transition in which that is all. */
export const plainChanges: Changes = {
  instanceId: asId(newId()),
  fromVersion: 1,
  instance: null,
  executions: [aPlainEnd],
  newExecutions: [],
  newAttempts: [],
  newTasks: [],
  tasks: [],
  newTimers: [],
  newCallbacks: [],
  newSignals: [],
  takenSignals: [],
  newInstances: [],
  newMessages: [],
  closedWaits: [],
};
