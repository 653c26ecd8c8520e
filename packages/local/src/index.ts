export { type Clock, systemClock } from "./clock.ts";
export { EngineClosedError, InstanceEndedError } from "./errors.ts";
export { LocalExecutionEngine, type LocalEngineOptions } from "./local-execution-engine.ts";
export type { EngineEvent } from "./machinery.ts";
export type { Expected } from "./wait-for.ts";
