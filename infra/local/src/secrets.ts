import { randomBytes } from "node:crypto";

/** A password for a server of our own. Hexadecimal, so that it needs no escaping in URLs and configuration files. */
export function newPassword(): string {
  return randomBytes(16).toString("hex");
}

/** `url` with its password replaced by `***`, also when it is not a URL that can be parsed. */
export function withoutPassword(url: string): string {
  return url
    .replace(/(\/\/[^:@/]*):.*@/, "$1:***@")
    .replace(/([?&](?:password|sslpassword)=)[^&]*/i, "$1***");
}
