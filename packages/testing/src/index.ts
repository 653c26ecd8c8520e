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
export { recordRun, type RecordOptions } from "./record-run.ts";
export type { RecordedAnswer, RecordedEnd, RecordedExecution, Recording } from "./recording.ts";
export { HistoryIncompleteError } from "./history-incomplete-error.ts";
export type { ApiExecution, ApiInstance } from "./api-answer.ts";
export { type Replay, replay, type ReplayOptions } from "./replay.ts";
export { type RegressionTestOptions, toRegressionTest } from "./regression-test.ts";
