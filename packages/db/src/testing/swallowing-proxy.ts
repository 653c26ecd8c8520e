import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * Stands between a client and a server. While it swallows, it takes connections and bytes as ever and
 * passes nothing on, as a network does that has lost its way: nobody is told that anything is wrong.
 * What it has swallowed never arrives; connections that lived through it stay dead for ever.
 */
export class SwallowingProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #swallowing = false;

  private constructor(target: URL) {
    this.#server = createServer((client) => {
      const server = connect(Number(target.port), target.hostname);
      this.#pass(client, server);
      this.#pass(server, client);
    });
  }

  /**
   * @param port a free one unless given
   * @returns the proxy, and the target's URL through it
   */
  static async before(target: string, port = 0): Promise<{ proxy: SwallowingProxy; url: string }> {
    const url = new URL(target);
    const proxy = new SwallowingProxy(new URL(target));
    proxy.#server.listen(port, "127.0.0.1");
    await once(proxy.#server, "listening");
    const address = proxy.#server.address();
    if (typeof address !== "object" || address === null) throw new Error("the proxy has no port");
    url.port = String(address.port);
    url.hostname = "127.0.0.1";
    return { proxy, url: url.href };
  }

  /** From now on nothing comes through, on old connections or new ones. */
  swallow(): void {
    this.#swallowing = true;
    for (const socket of this.#sockets) socket.removeAllListeners("data").resume();
  }

  /** New connections work; those that lived through it stay dead. */
  passOn(): void {
    this.#swallowing = false;
  }

  /** Cuts all connections, as a server does that dies. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
  }

  #pass(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    // Being cut is what these sockets are for.
    from.on("error", () => {});
    from.on("close", () => {
      this.#sockets.delete(from);
      if (!this.#swallowing) to.destroy();
    });
    if (this.#swallowing) from.resume();
    else from.on("data", (bytes) => void to.write(bytes));
  }
}
