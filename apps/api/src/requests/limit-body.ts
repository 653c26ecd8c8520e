import { createMiddleware } from "hono/factory";
import { BodyTooLargeError } from "../errors.ts";

/** Bytes. */
export const LARGEST_BODY = 1024 * 1024;

/**
 * Bytes that are read and thrown away of a body that is too large. A client that still writes
 * when its connection is closed may never see the answer; beyond this it is on its own.
 */
const LARGEST_DISCARDED = 64 * 1024 * 1024;

/** Refuses bodies that have more than so many bytes, whether or not they say so beforehand. */
export function limitBodyTo(largest = LARGEST_BODY) {
  return createMiddleware(async (context, next) => {
    const request = context.req.raw;
    const announced = Number(request.headers.get("content-length") ?? Number.NaN);
    // Node cuts off what goes beyond an announced length. That is asked first: to ask for the body
    // makes a stream of it, which costs more than all the rest of a small request.
    if (!(announced <= largest) && request.body !== null) {
      const body = await readWithin(request.body, largest);
      context.req.raw = new Request(request.url, {
        method: request.method,
        headers: request.headers,
        body,
      });
    }
    await next();
  });
}

/** @throws BodyTooLargeError once the body has been read to its end or given up */
async function readWithin(
  stream: ReadableStream<Uint8Array>,
  largest: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size <= largest) chunks.push(chunk);
    else chunks.length = 0;
    if (size > Math.max(LARGEST_DISCARDED, largest)) break;
  }
  if (size > largest) throw new BodyTooLargeError(largest);
  return new Uint8Array(Buffer.concat(chunks));
}
