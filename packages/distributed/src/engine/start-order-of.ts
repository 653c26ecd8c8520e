import { type JsonObject, LARGEST_METADATA, type StartOptions } from "@drover/engine";
import { keptObject, requestHash } from "@drover/platform";
import type { StartOrder } from "../starting/start-order.ts";

/**
 * What a program asks for.
 * @throws NotJsonError, PayloadTooLargeError when the input or the metadata cannot be stored
 */
export function startOrderOf(workflow: string, given: object, options: StartOptions): StartOrder {
  const input = keptObject(given, "input");
  const metadata = keptObject(options.metadata ?? {}, "metadata", LARGEST_METADATA);
  const { idempotencyKey: key } = options;
  return {
    definitionName: workflow,
    version: options.version ?? null,
    input,
    metadata,
    correlationId: options.correlationId ?? null,
    createdBy: options.userId ?? null,
    tenantId: options.tenantId ?? null,
    idempotency:
      key === undefined
        ? null
        : { key, requestHash: requestHash(asSent(workflow, input, metadata, options)) },
    place: "",
  };
}

/** As the same request looks over HTTP: sent both ways under one key, it is still the same. */
function asSent(
  workflow: string,
  input: JsonObject,
  metadata: JsonObject,
  { version, metadata: given, userId, tenantId, correlationId }: StartOptions,
): JsonObject {
  return {
    definition_name: workflow,
    input_data: input,
    ...(version === undefined ? {} : { version }),
    ...(given === undefined ? {} : { metadata }),
    ...(userId === undefined ? {} : { user_id: userId }),
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
    ...(correlationId === undefined ? {} : { correlation_id: correlationId }),
  };
}
