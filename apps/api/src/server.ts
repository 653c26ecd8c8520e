/**
 * Listens, and leaves politely.
 *
 * Whoever is told to stop serves on for a moment, while readiness says that others should be asked
 * (`delay`). Every answer then ends its connection, so that clients who keep theirs look for another
 * server by themselves. Only then is the door closed: who comes now is refused before anything was
 * done, and may safely ask elsewhere. What is under way gets its answer.
 */
import { serve } from "@hono/node-server";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { SecureResponse } from "./secure-response.ts";

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /**
   * Stops in order, in `patience` milliseconds at the most.
   * @param delay milliseconds of these for which new requests are still taken
   */
  drain(patience: number, delay?: number): Promise<void>;
}

/** Connections that are kept; each costs memory, whether or not anything is asked over it. */
const MOST_CONNECTIONS = 10_000;

/** How often connections that have become idle are closed while draining. Milliseconds. */
const CLOSING_PAUSE = 50;

type Server = ReturnType<typeof serve>;

/**
 * Serves requests over HTTP.
 * @param address port 0 takes any that is free
 * @throws Error when the address cannot be listened on
 */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  address: { readonly host: string; readonly port: number },
): Promise<RunningServer> {
  const server = serve({
    fetch,
    hostname: address.host,
    port: address.port,
    serverOptions: { ServerResponse: SecureResponse },
  });
  const farewell = farewellOf(server);
  server.maxConnections = MOST_CONNECTIONS;
  // Rejects with what the server says when it cannot listen.
  await once(server, "listening");
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return {
    url: `http://${host}:${port}`,
    drain: async (patience, delay = 0) => {
      const begun = performance.now();
      farewell();
      await wait(Math.min(delay, patience));
      await close(server, patience - (performance.now() - begun));
    },
  };
}

/** @returns a function from whose call on every answer ends its connection */
function farewellOf(server: Server): () => void {
  const open = new Set<ServerResponse>();
  let leaving = false;
  const endConnection = (response: ServerResponse) => {
    // An answer that streams has told its headers already; its connection is closed once it is idle.
    if (!response.headersSent) response.setHeader("connection", "close");
  };
  server.prependListener("request", (_request: unknown, response: ServerResponse) => {
    open.add(response);
    response.once("close", () => open.delete(response));
    if (leaving) endConnection(response);
  });
  return () => {
    leaving = true;
    for (const response of open) endConnection(response);
  };
}

async function close(server: Server, patience: number): Promise<void> {
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
