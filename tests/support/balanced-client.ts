import type { Answer } from "./api-client.ts";

/** What a client may see when the server that it has a connection to leaves. */
const RESETS: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_SOCKET",
]);

/** An answer, and whether it took more than one try: then the one before may have counted. */
export interface BalancedAnswer<Body> extends Answer<Body> {
  readonly repeated: boolean;
}

/**
 * A client behind a load balancer that knows nothing of readiness: requests go to the addresses in
 * turn, over connections that are kept, and to the next one where a connection is reset or refused.
 */
export class BalancedClient {
  readonly #addresses: string[];
  #turn = 0;
  /** Connections that were reset or refused. */
  resets = 0;

  /** @param addresses with the path before all routes of the API */
  constructor(addresses: readonly string[]) {
    this.#addresses = [...addresses];
  }

  add(address: string): void {
    this.#addresses.push(address);
  }

  remove(address: string): void {
    this.#addresses.splice(this.#addresses.indexOf(address), 1);
  }

  /** @param Body what the caller expects of this route */
  async request<Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<BalancedAnswer<Body>> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const json = body === undefined ? {} : { "content-type": "application/json" };
    const init = { method, headers: { ...json, ...headers }, ...sent };
    const tries = this.#addresses.length + 2;
    this.#turn += 1;
    const turn = this.#turn;
    for (let tried = 1; ; tried += 1) {
      try {
        const response = await fetch(`${this.#address(turn + tried)}${path}`, init);
        const text = await response.text();
        // Assertions on what is read follow; a wrong shape shows there.
        return { status: response.status, body: JSON.parse(text) as Body, repeated: tried > 1 };
      } catch (error) {
        if (!isReset(error) || tried >= tries) throw error;
        this.resets += 1;
      }
    }
  }

  /** Each request counts on by itself: others in between would lead it to the same address again. */
  #address(place: number): string {
    const address = this.#addresses[place % this.#addresses.length];
    if (address === undefined) throw new Error("no address is left");
    return address;
  }
}

/** fetch wraps what the socket said. */
function isReset(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if ("code" in error && typeof error.code === "string" && RESETS.has(error.code)) return true;
  return "cause" in error && error.cause !== error && isReset(error.cause);
}
