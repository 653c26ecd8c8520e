export { hashToken } from "./hash-token.ts";
export { abortable, runPorts, timers } from "./run-ports.ts";
