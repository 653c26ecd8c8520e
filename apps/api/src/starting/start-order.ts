import type { JsonObject } from "@drover/engine";
import type { StartBody } from "../schemas/start.ts";
import { requestHash } from "./request-hash.ts";

/** One instance that somebody wants started. */
export interface StartOrder {
  readonly definitionName: string;
  readonly version: string | null;
  readonly input: JsonObject;
  readonly correlationId: string | null;
  readonly createdBy: string | null;
  readonly tenantId: string | null;
  readonly idempotency: { readonly key: string; readonly requestHash: string } | null;
  /** Where the order stands in the request's body, `instances.3.`; empty for the body itself. */
  readonly place: string;
}

export function startOrder(body: StartBody, key: string | null, place = ""): StartOrder {
  return {
    definitionName: body.definition_name,
    version: body.version ?? null,
    input: body.input_data ?? {},
    correlationId: body.correlation_id ?? null,
    createdBy: body.user_id ?? null,
    tenantId: body.tenant_id ?? null,
    idempotency: key === null ? null : { key, requestHash: requestHash(asSent(body)) },
    place,
  };
}

/** What the client said, without the members it left out. */
function asSent(body: StartBody): JsonObject {
  const members = Object.entries(body).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(members);
}
