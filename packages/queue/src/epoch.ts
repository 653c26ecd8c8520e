/**
 * Two keys that only this Redis has:
 * - `epoch` says that everything scheduled has been handed over to it. Where it is missing, Redis
 *   has lost what it knew.
 * - `filling` names who hands everything over right now, for a few seconds at a time.
 *
 * Invariants:
 * 1. One fills at a time; who dies at it or falls silent is followed by another.
 * 2. `epoch` is set by who has held `filling` all the while. Redis emptied in between has lost
 *    `filling`, too: then nothing is set, and it is filled anew.
 */
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { producerConnection } from "./connection.ts";

/** Milliseconds after which a filler that says nothing more is followed by another. */
const TURN = 5_000;

const KEEP = `
if redis.call("get", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("pexpire", KEYS[1], ARGV[2])
return 1`;

const FINISH = `
if redis.call("get", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("set", KEYS[2], "1")
redis.call("del", KEYS[1])
return 1`;

const GIVE_UP = `
if redis.call("get", KEYS[1]) == ARGV[1] then redis.call("del", KEYS[1]) end
return 1`;

/** The turn of one filler. */
export interface Turn {
  /** Goes on for a few seconds more. @returns false when it is over: taken over, or Redis was emptied */
  keep(): Promise<boolean>;
  /** Everything was handed over. @returns whether that still holds */
  finish(): Promise<boolean>;
  /** Lets somebody else fill. */
  giveUp(): Promise<void>;
}

export class Epoch {
  readonly #redis: Redis;
  readonly #epoch: string;
  readonly #filling: string;

  constructor(url: string, prefix: string) {
    // Asked right after it was made, it may wait for the connection; the time limit stays.
    const { url: _, ...options } = producerConnection(url);
    this.#redis = new Redis(url, { ...options, enableOfflineQueue: true });
    // Failures show where the keys are asked for.
    this.#redis.on("error", () => {});
    this.#epoch = `${prefix}:epoch`;
    this.#filling = `${prefix}:filling`;
  }

  async isMarked(): Promise<boolean> {
    return (await this.#redis.exists(this.#epoch)) === 1;
  }

  /** @returns null when somebody else fills already */
  async takeTurn(): Promise<Turn | null> {
    const token = randomUUID();
    const taken = await this.#redis.set(this.#filling, token, "PX", TURN, "NX");
    if (taken === null) return null;
    const says = async (script: string, ...more: (string | number)[]) =>
      (await this.#redis.eval(script, 2, this.#filling, this.#epoch, token, ...more)) === 1;
    return {
      keep: () => says(KEEP, TURN),
      finish: () => says(FINISH),
      giveUp: async () => void (await says(GIVE_UP)),
    };
  }

  close(): void {
    this.#redis.disconnect();
  }
}
