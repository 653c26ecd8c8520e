import type { JsonObject } from "@drover/engine";

/** One instance that somebody wants started. */
export interface StartOrder {
  readonly definitionName: string;
  /** Null for the latest that is active. */
  readonly version: string | null;
  readonly input: JsonObject;
  /** Kept with the instance as it is; the workflow's name and version are added. */
  readonly metadata: JsonObject;
  readonly correlationId: string | null;
  readonly createdBy: string | null;
  readonly tenantId: string | null;
  readonly idempotency: { readonly key: string; readonly requestHash: string } | null;
  /** Where the order stands in a request of many, `instances.3.`; empty for one alone. */
  readonly place: string;
}
