import { createMiddleware } from "hono/factory";
import { BodyTooLargeError } from "../errors.ts";

/** Bytes. */
export const LARGEST_BODY = 1024 * 1024;

/**
 * Bytes that are read and thrown away of a body that is too large. A client that still writes
 * when its connection is closed may never see the answer; beyond this it is on its own.
 */
const LARGEST_DISCARDED = 64 * 1024 * 1024;

/** Refuses bodies that are too large, whether or not they say so beforehand. */
export const limitBody = createMiddleware(async (context, next) => {
  const request = context.req.raw;
  const announced = Number(request.headers.get("content-length") ?? Number.NaN);
  // Node cuts off what goes beyond an announced length.
  if (request.body !== null && !(announced <= LARGEST_BODY)) {
    const body = await readWithin(request.body);
    context.req.raw = new Request(request.url, {
      method: request.method,
      headers: request.headers,
      body,
    });
  }
  await next();
});

/** @throws BodyTooLargeError once the body has been read to its end or given up */
async function readWithin(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size <= LARGEST_BODY) chunks.push(chunk);
    else chunks.length = 0;
    if (size > LARGEST_DISCARDED) break;
  }
  if (size > LARGEST_BODY) throw new BodyTooLargeError(LARGEST_BODY);
  return new Uint8Array(Buffer.concat(chunks));
}
