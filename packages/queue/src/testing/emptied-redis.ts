import { Redis } from "ioredis";

/** What a Redis has of one queue, to take it away in tests. */
export class QueueKeys {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(url: string, prefix: string) {
    this.#redis = new Redis(url);
    this.#prefix = prefix;
  }

  /** Forgets all of it, as a Redis does that comes back without its data. */
  async empty(): Promise<void> {
    const keys = await this.#redis.keys(`${this.#prefix}:*`);
    const piece = 1_000;
    for (let next = 0; next < keys.length; next += piece) {
      await this.#redis.del(...keys.slice(next, next + piece));
    }
  }

  /** The turn of who fills the queue is over, as time ends it when nothing is heard any more. */
  async endTurn(): Promise<void> {
    await this.#redis.del(`${this.#prefix}:filling`);
  }

  close(): void {
    this.#redis.disconnect();
  }
}
