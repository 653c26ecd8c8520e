import { type ApiKey, secretHash } from "@drover/settings";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { auth as basicCredentials } from "hono/utils/basic-auth";
import { timingSafeEqual } from "node:crypto";
import { UnauthorizedError } from "../errors.ts";
import type { AppEnvironment } from "../routes/environment.ts";
import { demandEverything, EVERYTHING, type Scope } from "./scope.ts";

/** Schemes are written in any case (RFC 9110); several headers arrive as one with a comma and are none. */
const BEARER = /^bearer +([\w-]+) *$/i;

/**
 * Lets those through who have a key, and leaves in `scope` what it is for. Without any keys the API
 * is open: everybody is let through, to everything.
 * @throws UnauthorizedError
 */
export function requireKey(keys: readonly ApiKey[]) {
  return createMiddleware<AppEnvironment>(async (context, next) => {
    context.set("scope", scopeOf(keys, bearerSecret(context), "Bearer"));
    await next();
  });
}

/**
 * The same for pages that people open in a browser, which asks them for the key as a password. They
 * show what concerns all tenants.
 * @throws UnauthorizedError, ForbiddenError
 */
export function requirePassword(keys: readonly ApiKey[]) {
  return createMiddleware(async (context, next) => {
    const password = basicCredentials(context.req.raw)?.password;
    demandEverything(scopeOf(keys, password, 'Basic realm="Drover", charset="UTF-8"'));
    await next();
  });
}

function bearerSecret(context: Context): string | undefined {
  return BEARER.exec(context.req.header("authorization") ?? "")?.[1];
}

function scopeOf(keys: readonly ApiKey[], secret: string | undefined, challenge: string): Scope {
  if (keys.length === 0) return EVERYTHING;
  const key = secret === undefined ? undefined : matching(keys, secret);
  if (key === undefined) throw new UnauthorizedError(challenge);
  return { tenantId: key.tenantId };
}

/** Takes as long whichever key it is, or none. */
function matching(keys: readonly ApiKey[], secret: string): ApiKey | undefined {
  const given = secretHash(secret);
  let match: ApiKey | undefined;
  for (const key of keys) if (timingSafeEqual(key.secretHash, given)) match = key;
  return match;
}
