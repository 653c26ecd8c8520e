export { ExpectationError, StepExpectation } from "./expectations.ts";
export {
  failTimes,
  type StepCall,
  type StepStub,
  type StubCall,
  type StubCode,
  type StubHooks,
  takes,
} from "./stubs.ts";
export { TestRun, type TestTask } from "./test-run.ts";
export { testWorkflow, type TestOptions } from "./test-workflow.ts";
