export { act, type ActServices } from "./acting/act.ts";
export {
  actOnMany,
  BULK_ACTIONS,
  type BulkOrder,
  type BulkResult,
  findTargets,
} from "./acting/bulk.ts";
export type { BulkProgress } from "./acting/bulk-tally.ts";
export { completeTask, reassignTask, type TaskAnswer } from "./acting/complete-task.ts";
export { QueueFeeder } from "./acting/queue-feeder.ts";
export { sendSignal } from "./acting/send-signal.ts";
export { skipStep } from "./acting/skip-step.ts";
export { DefinitionCatalog } from "./definition-catalog.ts";
export { connect, type ConnectedEngine, type ConnectOptions } from "./engine/connect.ts";
export {
  type DistributedEngineOptions,
  DistributedExecutionEngine,
} from "./engine/distributed-execution-engine.ts";
export * from "./errors.ts";
export { startInstances } from "./starting/start-instances.ts";
export type { StartOrder } from "./starting/start-order.ts";
