export { type DefinitionVersion, listDefinitionVersions } from "./definition-versions.ts";
export { findIdempotencyKeys, type KeyUse } from "./find-idempotency-keys.ts";
export { findInstance, findInstances } from "./find-instances.ts";
export { findStructures } from "./find-structures.ts";
export {
  type ExecutionDetail,
  findInstanceDetail,
  type InstanceDetail,
} from "./instance-detail.ts";
export type { InstanceSummary } from "./instance-summary.ts";
export { type InstanceFilter, listInstanceIds, listInstances } from "./list-instances.ts";
export { listTasks, type TaskFilter } from "./list-tasks.ts";
export { listWorkers, type WorkerDetail } from "./list-workers.ts";
export type { Page, PageRequest } from "./page.ts";
export { missingTables } from "./schema-state.ts";
export { countLiveSteps, type StepCounts } from "./step-counts.ts";
export type { TaskDetail } from "./task-columns.ts";
export { findTaskDetail } from "./task-detail.ts";
export { listLiveExecutions } from "./live-executions.ts";
export { isSignalKnown, listSignals, type SignalDetail } from "./signals.ts";
