export * from "./builders.ts";
export { anAbortable, ManualTimers, stillPorts } from "./run-ports.ts";
export {
  storeContract,
  type ExecutionView,
  type InstanceView,
  type StoreUnderTest,
} from "./store-contract/index.ts";
