export { groupedFlows, type Flow } from "./arbitraries.ts";
export * from "./builders.ts";
export { there } from "./there.ts";
export { RandomRun, type Dice, type RunEnd } from "./random-run.ts";
export { anAbortable, ManualTimers, stillPorts } from "./run-ports.ts";
export {
  storeContract,
  type ExecutionView,
  type InstanceView,
  type StoreUnderTest,
} from "./store-contract/index.ts";
