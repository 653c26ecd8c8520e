import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** Two sockets that stand for one connection. */
interface Pair {
  readonly outer: Socket;
  readonly inner: Socket;
}

/**
 * Stands between clients and a server on this machine, and does to their connections what networks
 * do: cuts them, or lets nothing through for a while. What was held back arrives afterwards, in
 * its order, as TCP sends again what was not acknowledged.
 */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs: Set<Pair>;
  #silent = false;

  private constructor(server: Server, port: number, pairs: Set<Pair>) {
    this.#server = server;
    this.port = port;
    this.#pairs = pairs;
  }

  /** @param target port on 127.0.0.1 of the server behind */
  static async to(target: number): Promise<TcpProxy> {
    const pairs = new Set<Pair>();
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("no TCP address");
    const proxy = new TcpProxy(server, address.port, pairs);
    server.on("connection", (outer) => proxy.#join(outer, target));
    return proxy;
  }

  /** Ends every connection without a word; new ones are taken. @returns how many there were */
  cut(): number {
    const { size } = this.#pairs;
    for (const { outer, inner } of this.#pairs) {
      outer.resetAndDestroy();
      inner.resetAndDestroy();
    }
    return size;
  }

  /** From now on nothing gets through in either direction; connections seem to stand. */
  silence(): void {
    this.#silent = true;
    for (const { outer, inner } of this.#pairs) {
      outer.pause();
      inner.pause();
    }
  }

  /** What was held back goes on its way. */
  speak(): void {
    this.#silent = false;
    for (const { outer, inner } of this.#pairs) {
      outer.resume();
      inner.resume();
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.cut();
    await closed;
  }

  #join(outer: Socket, target: number): void {
    const inner = connect({ host: "127.0.0.1", port: target, allowHalfOpen: true });
    const pair = { outer, inner };
    this.#pairs.add(pair);
    forward(outer, inner);
    forward(inner, outer);
    for (const socket of [outer, inner]) {
      socket.setNoDelay(true);
      // One side that ends ends the other: whichever error it was, its end follows.
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#pairs.delete(pair);
        outer.destroy();
        inner.destroy();
      });
    }
    if (this.#silent) {
      outer.pause();
      inner.pause();
    }
  }
}

/** Not `pipe`: that would resume by itself what was silenced. */
function forward(from: Socket, to: Socket): void {
  from.on("data", (chunk: Buffer) => void to.write(chunk));
  from.on("end", () => to.end());
}
