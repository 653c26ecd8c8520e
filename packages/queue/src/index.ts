export { QUEUE_NAME, type QueueLocation, type QueueOptions } from "./connection.ts";
export { QueueUnavailableError } from "./errors.ts";
export { bundledJobs, stepJob, type BulkJob, type NearTimer, type StepJob } from "./jobs.ts";
export {
  HEAD_START,
  StepConsumer,
  type Consumer,
  type ConsumerOptions,
  type JobVerdict,
} from "./step-consumer.ts";
export { StepQueue } from "./step-queue.ts";
