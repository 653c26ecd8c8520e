import { createHash } from "node:crypto";
import { z } from "zod";

/** Who may call the API, and for whom. */
export interface ApiKey {
  /** SHA-256 of the secret, which itself is not kept. */
  readonly secretHash: Buffer;
  /** The one tenant whose instances and tasks the key is for; null for all there are. */
  readonly tenantId: string | null;
}

/** Nothing of it has to be escaped in a header, a shell or a list. */
const SECRET = /^[\w-]{16,}$/;

/** Characters, as of `tenant_id` in requests. */
const LONGEST_TENANT = 255;

/** What is kept of a secret. */
export function secretHash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** `secret` or `secret@tenant`, separated by commas. */
export const apiKeys = z
  .string()
  .transform((list, check): readonly ApiKey[] => {
    const keys = list.split(",").map((entry) => apiKey(entry.trim()));
    const known = new Set(keys.map((key) => key?.secretHash.toString("hex")));
    if (keys.every((key) => key !== null) && known.size === keys.length) return keys;
    // Says nothing of what was given: a secret may be in it.
    check.addIssue({ code: "custom", message: "is no list of keys" });
    return z.NEVER;
  })
  .describe(
    "keys separated by commas, no two alike, each of at least 16 characters of A-Z, a-z, 0-9, '_' " +
      "and '-', with @tenant behind it where it is for one tenant alone",
  );

function apiKey(entry: string): ApiKey | null {
  const at = entry.indexOf("@");
  const secret = at === -1 ? entry : entry.slice(0, at);
  const tenantId = at === -1 ? null : entry.slice(at + 1);
  if (!SECRET.test(secret)) return null;
  if (tenantId !== null && !isTenant(tenantId)) return null;
  return { secretHash: secretHash(secret), tenantId };
}

function isTenant(text: string): boolean {
  return text !== "" && text.length <= LONGEST_TENANT && text.isWellFormed();
}
