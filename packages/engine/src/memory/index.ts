export { claimedStep } from "./claim-row.ts";
export { MemoryRows, order } from "./memory-rows.ts";
export { pieceOfScheduled, pieceOfTimers } from "./pieces.ts";
export { readState } from "./read-state.ts";
export { dueTimers, findCallback, messagesUpTo } from "./read-waits.ts";
export type { ExecutionRow, InstanceRow, TaskRow } from "./rows.ts";
export { writeChanges, writeNewInstance } from "./write-changes.ts";
