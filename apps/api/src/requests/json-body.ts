import { toJson } from "@drover/engine";
import { createMiddleware } from "hono/factory";
import { toldPath } from "./told-path.ts";
import { JsonMalformedError, MediaTypeError, RequestInvalidError } from "../errors.ts";

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const PLAIN_JSON = "application/json";
const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Lets a body through that is JSON in UTF-8 and that Postgres can hold, or none at all; what it
 * has to say is up to the route.
 */
export const checkJsonBody = createMiddleware(async (context, next) => {
  const body = await context.req.arrayBuffer();
  if (body.byteLength > 0) {
    const mediaType = context.req.header("content-type");
    if (mediaType === undefined || !JSON_TYPE.test(mediaType)) throw new MediaTypeError(mediaType);
    const text = decode(body);
    checkStorable(parse(text), context.req.method, toldPath(context.req.path));
    // What follows would not recognize every way to write it, and a charset has no say in JSON.
    if (mediaType !== PLAIN_JSON) context.req.raw.headers.set("content-type", PLAIN_JSON);
    // Who reads the body next would make a response of the bytes only to decode them again. Hono keeps
    // promises here; its type tells what they come to.
    Object.assign(context.req.bodyCache, { text: Promise.resolve(text) });
  } else {
    // Clients name a type for no body at all; what follows would try to read it.
    context.req.raw.headers.delete("content-type");
  }
  await next();
});

function decode(body: ArrayBuffer): string {
  return orMalformed(() => UTF_8.decode(body));
}

function parse(text: string): unknown {
  return orMalformed((): unknown => JSON.parse(text));
}

function orMalformed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new JsonMalformedError(error instanceof Error ? error.message : String(error));
  }
}

/** Numbers beyond all bounds, null characters, half surrogate pairs, nesting without end. */
function checkStorable(value: unknown, method: string, path: string): void {
  try {
    toJson(value, "body");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new RequestInvalidError(method, path, [{ path: "", message }]);
  }
}
