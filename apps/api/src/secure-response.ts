import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from "node:http";

/**
 * What every answer tells browsers: what Hono's `secureHeaders` says unless told otherwise, which the test
 * beside this file holds it against. In lower case, as the headers of an answer come.
 */
export const SECURE_HEADERS: Readonly<Record<string, string>> = {
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=15552000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-dns-prefetch-control": "off",
  "x-download-options": "noopen",
  "x-frame-options": "SAMEORIGIN",
  "x-permitted-cross-domain-policies": "none",
  "x-xss-protection": "0",
};

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/**
 * Node's side of an answer, with these headers unless the answer has its own. Set one by one on the
 * web's `Headers` of each answer they took a twentieth of a start's time (docs/performance.md).
 */
export class SecureResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
    return typeof reason === "string"
      ? super.writeHead(status, reason, this.#secured(headers))
      : super.writeHead(status, this.#secured(reason ?? headers));
  }

  #secured(headers: Headers = {}): Headers {
    if (!Array.isArray(headers)) return { ...SECURE_HEADERS, ...headers };
    // Names and values in a row: what was set before stands beside them.
    for (const [name, value] of Object.entries(SECURE_HEADERS)) this.setHeader(name, value);
    return headers;
  }
}
