export * from "./builders.ts";
export {
  storeContract,
  type ExecutionView,
  type InstanceView,
  type StoreUnderTest,
} from "./store-contract/index.ts";
