import { Redis } from "ioredis";
import { producerConnection } from "./connection.ts";

/**
 * A key in Redis that says: everything scheduled has been handed over to this Redis. Where it is
 * missing, Redis has lost what it knew.
 */
export class Epoch {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(url: string, prefix: string) {
    // Asked right after it was made, it may wait for the connection; the time limit stays.
    const { url: _, ...options } = producerConnection(url);
    this.#redis = new Redis(url, { ...options, enableOfflineQueue: true });
    // Failures show where the key is asked for.
    this.#redis.on("error", () => {});
    this.#key = `${prefix}:epoch`;
  }

  async isMarked(): Promise<boolean> {
    return (await this.#redis.exists(this.#key)) === 1;
  }

  async mark(): Promise<void> {
    await this.#redis.set(this.#key, "1");
  }

  close(): void {
    this.#redis.disconnect();
  }
}
