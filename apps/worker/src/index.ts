export { registerDefinitions } from "./known-definitions.ts";
export { StepWorker, type WorkerOptions } from "./worker.ts";
