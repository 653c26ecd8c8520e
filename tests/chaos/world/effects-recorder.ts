import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Effect } from "../../support/effects.ts";

/** What an idempotency key has led to. */
type KeyEvent = `${Effect["event"]} ${string}`;

/**
 * Another system, as steps have it: hears what they do, and counts what comes under a known key no
 * second time, as a payment service does. What came remains for whoever checks it.
 */
export class EffectsRecorder {
  readonly url: string;
  readonly effects: Effect[] = [];
  readonly #server: Server;
  readonly #sendings = new Map<string, string>();
  readonly #applied = new Set<KeyEvent>();

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async listen(): Promise<EffectsRecorder> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("no TCP address");
    const recorder = new EffectsRecorder(server, `http://127.0.0.1:${address.port}`);
    server.on("request", (request, response) => {
      recorder.#hear(request).then(
        (answer) => response.end(answer),
        // Whoever sent it was killed in the middle: nothing has come.
        () => response.destroy(),
      );
    });
    return recorder;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #hear(request: IncomingMessage): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(Buffer.from(piece));
    // Sent by `sendEffect` of this repository alone.
    const effect = JSON.parse(Buffer.concat(pieces).toString()) as Effect;
    const before = this.#sendings.get(effect.sending);
    if (before !== undefined) return before;
    const key: KeyEvent = `${effect.event} ${effect.key}`;
    const answer = this.#applied.has(key) ? "repeat" : "applied";
    this.#applied.add(key);
    this.effects.push(effect);
    this.#sendings.set(effect.sending, answer);
    return answer;
  }
}
