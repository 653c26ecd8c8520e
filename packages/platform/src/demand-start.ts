import type { StartOptions } from "@drover/engine";
import { demandNames, demandText, LONGEST_VERSION } from "./demand-text.ts";

/** Sees to it that what a start is asked with can be kept. @throws ArgumentInvalidError */
export function demandStart(workflow: string, options: StartOptions): void {
  const { version, userId, tenantId, correlationId, idempotencyKey } = options;
  demandNames({ workflow, userId, tenantId, correlationId, idempotencyKey });
  demandText("version", version, LONGEST_VERSION);
}
