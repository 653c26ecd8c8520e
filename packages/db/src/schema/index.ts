export { workflowDefinitions } from "./definitions.ts";
export { workflowHumanTasks } from "./human-tasks.ts";
export { workflowInstances } from "./instances.ts";
export { workflowStartOffers } from "./start-offers.ts";
export { workflowStepExecutions } from "./step-executions.ts";
export { workflowCallbacks, workflowTimers } from "./waits.ts";
export { workflowWorkers } from "./workers.ts";
export * from "./signals.ts";
export * from "./step-attempts.ts";
