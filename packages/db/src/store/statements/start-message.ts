import {
  claimedFirst,
  type ClaimedStep,
  type FirstStep,
  firstStepOf,
  type NewInstance,
  type WorkerId,
} from "@drover/engine";

/**
 * The form of messages. It grows with whatever a reader of before would not understand: workers say which one they
 * read, and who starts leaves all others alone.
 */
export const MESSAGE_FORM = 1;

/** Bytes; Postgres refuses to notify of 8,000 or more. */
const LARGEST = 7_999;

/** What comes before the worker's id in the name of its channel. */
export const START_CHANNEL = "drover_start_";

/** Where a worker listens for the first steps that it has been given. */
export function startChannel(workerId: WorkerId): string {
  return `${START_CHANNEL}${workerId}`;
}

/**
 * What a worker is told of a first step that it has been given.
 * @returns null where it is too long to be told
 */
export function startMessage(instance: NewInstance): string | null {
  const message = JSON.stringify(firstStepOf(instance));
  return Buffer.byteLength(message) > LARGEST ? null : message;
}

/** @throws SyntaxError for what is no message */
export function readStartMessage(message: string): ClaimedStep {
  // Of this form, as the worker has asked for it.
  return claimedFirst(JSON.parse(message) as FirstStep);
}
