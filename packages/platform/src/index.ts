export { hashToken } from "./hash-token.ts";
export { requestHash } from "./request-hash.ts";
export { abortable, runPorts, timers } from "./run-ports.ts";
export { executionKey, StepAbortedError } from "./running-code.ts";
