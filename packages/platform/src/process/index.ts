export { endOnFault } from "./end-on-fault.ts";
export { processLog } from "./process-log.ts";
export { toldError } from "./told-error.ts";
export { withoutSecrets } from "./without-secrets.ts";
