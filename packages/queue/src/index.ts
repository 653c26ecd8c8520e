export { HEAD_START, type JobVerdict } from "./bull-worker.ts";
export { QUEUE_NAME, type QueueLocation, type QueueOptions } from "./connection.ts";
export { QueueUnavailableError } from "./errors.ts";
export { bundledJobs, stepJob, type BulkJob, type NearTimer, type StepJob } from "./jobs.ts";
export { StepConsumer, type Consumer, type ConsumerOptions } from "./step-consumer.ts";
export { StepQueue } from "./step-queue.ts";
