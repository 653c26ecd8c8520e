import { serve } from "@hono/node-server";
import { once } from "node:events";

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** Takes no new requests and waits for those under way, at the most that many milliseconds. */
  drain(patience: number): Promise<void>;
}

/** Connections that are kept; each costs memory, whether or not anything is asked over it. */
const MOST_CONNECTIONS = 10_000;

/** How often connections that have become idle are closed while draining. Milliseconds. */
const CLOSING_PAUSE = 50;

/**
 * Serves requests over HTTP.
 * @param address port 0 takes any that is free
 * @throws Error when the address cannot be listened on
 */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  address: { readonly host: string; readonly port: number },
): Promise<RunningServer> {
  const server = serve({ fetch, hostname: address.host, port: address.port });
  server.maxConnections = MOST_CONNECTIONS;
  // Rejects with what the server says when it cannot listen.
  await once(server, "listening");
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return { url: `http://${host}:${port}`, drain: (patience) => drain(server, patience) };
}

async function drain(server: ReturnType<typeof serve>, patience: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  // HTTP/2 servers have no such methods; ours speaks HTTP/1.1.
  if (!("closeIdleConnections" in server)) return;
  const idle = setInterval(() => server.closeIdleConnections(), CLOSING_PAUSE);
  const late = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
