import type { StartOrder } from "@drover/distributed";
import type { JsonObject } from "@drover/engine";
import { requestHash } from "@drover/platform";
import type { StartBody } from "../schemas/start.ts";

/**
 * What a request asks for.
 * @param place where the body stands in a batch, `instances.3.`
 */
export function startOrder(body: StartBody, key: string | null, place = ""): StartOrder {
  return {
    definitionName: body.definition_name,
    version: body.version ?? null,
    input: body.input_data ?? {},
    metadata: body.metadata ?? {},
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
