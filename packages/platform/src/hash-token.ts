import { createHash } from "node:crypto";

/** SHA-256 of a callback token, hexadecimal: all that is ever stored of it. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
