import { createServer, connect, type Socket } from "node:net";

/** Stands between a driver and Postgres, to cut their connections. */
export interface ProxyToCut {
  /** Where the database is reached through it. */
  readonly url: string;
  /** Ends every connection without a word; resolves when all have closed. */
  cut(): Promise<void>;
  /** Ends every connection as a machine does that has crashed: the other side sees an error. */
  reset(): void;
  close(): void;
}

/** @param databaseUrl the database behind, at a port of this machine */
export async function startProxyToCut(databaseUrl: string): Promise<ProxyToCut> {
  const { hostname, port } = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(port), hostname);
    client.pipe(database).pipe(client);
    for (const socket of [client, database]) {
      sockets.add(socket);
      // Being cut is what these sockets are for.
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the proxy has no port");
  const through = new URL(databaseUrl);
  through.port = String(address.port);
  const destroy = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: through.href,
    cut: async () => {
      const closed = [...sockets].map((socket) => new Promise((end) => socket.once("close", end)));
      destroy();
      await Promise.all(closed);
    },
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close: () => {
      server.close();
      destroy();
    },
  };
}
