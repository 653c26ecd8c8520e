export { demandDelay, LONGEST_DELAY } from "./demand-delay.ts";
export { demandStart } from "./demand-start.ts";
export {
  demandNames,
  demandText,
  isStorable,
  LONGEST_COMMENT,
  LONGEST_NAME,
  LONGEST_REASON,
  LONGEST_VERSION,
} from "./demand-text.ts";
export { hashToken } from "./hash-token.ts";
export { processPorts, wait, within, type ProcessPorts } from "./process-ports.ts";
export { requestHash } from "./request-hash.ts";
export { abortable, runPorts, timers } from "./run-ports.ts";
export { executionKey, StepAbortedError } from "./running-code.ts";
export { cancelEvent, resumeEvent, retryEvent } from "./steering-events.ts";
export { keptObject, keptValue } from "./kept-json.ts";
