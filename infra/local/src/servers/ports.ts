import { once } from "node:events";
import { createServer } from "node:net";
import { hasCode, reasonOf, StartError } from "../start-error.ts";

/** A port of 127.0.0.1 that was free a moment ago. Someone else may take it: whoever binds it tries again then. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new TypeError("no TCP address");
  return address.port;
}

/**
 * Makes sure that a server can listen there.
 *
 * @throws StartError `port_unavailable` when the port is taken, not allowed, or the host is not this machine's.
 */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const server = createServer().listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new StartError("port_unavailable", explain(error, host, port), { cause: error });
  }
  server.close();
  await once(server, "close");
}

function explain(error: unknown, host: string, port: number): string {
  if (hasCode(error, "EADDRINUSE"))
    return `Port ${port} on ${host} is busy: stop the other program or set PORT`;
  if (hasCode(error, "EACCES"))
    return `Port ${port} on ${host} is not allowed for this user: set PORT to 1024 or higher`;
  if (hasCode(error, "EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN"))
    return `HOST is "${host}": this machine has no such address; 127.0.0.1 and 0.0.0.0 always work`;
  return `Cannot listen on ${host}:${port}: ${reasonOf(error)}`;
}
