export { registerDefinitions } from "./known-definitions.ts";
export type { WorkQueue } from "./commands.ts";
export { StepWorker, type WorkerOptions } from "./worker.ts";
