/**
 * Keys that only this Redis has:
 * - `epoch` says that everything scheduled has been handed over to it. Where it is missing, Redis
 *   has lost what it knew.
 * - `filling` names who hands everything over right now, for a few seconds at a time.
 * - `filled` says how far that has come.
 *
 * Invariants:
 * 1. One fills at a time; who dies at it or falls silent is followed by another, who goes on where
 *    that one was: on a slow day a filling that always began anew might never end.
 * 2. `filled` and `epoch` are written by who holds `filling` alone. Redis emptied in between has lost
 *    all three: then nothing is written, and it is filled from the start.
 */
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { producerConnection } from "./connection.ts";

/** Milliseconds after which a filler that says nothing more is followed by another. */
const TURN = 5_000;

const KEEP = `
if redis.call("get", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("pexpire", KEYS[1], ARGV[2])
redis.call("set", KEYS[3], ARGV[3])
return 1`;

const FINISH = `
if redis.call("get", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("set", KEYS[2], "1")
redis.call("del", KEYS[1], KEYS[3])
return 1`;

const GIVE_UP = `
if redis.call("get", KEYS[1]) == ARGV[1] then redis.call("del", KEYS[1]) end
return 1`;

/** The turn of one filler. */
export interface Turn {
  /** How far the filler before has come, in the words of `keep`; null for the start. */
  readonly progress: string | null;
  /**
   * Goes on for a few seconds more.
   * @param progress what has been handed over by now
   * @returns false when it is over: taken over, or Redis was emptied
   */
  keep(progress: string): Promise<boolean>;
  /** Everything was handed over. @returns whether that still holds */
  finish(): Promise<boolean>;
  /** Lets somebody else fill. */
  giveUp(): Promise<void>;
}

export class Epoch {
  readonly #redis: Redis;
  readonly #epoch: string;
  readonly #filling: string;
  readonly #filled: string;

  constructor(url: string, prefix: string) {
    // Asked right after it was made, it may wait for the connection; the time limit stays.
    const { url: _, ...options } = producerConnection(url);
    this.#redis = new Redis(url, { ...options, enableOfflineQueue: true });
    // Failures show where the keys are asked for.
    this.#redis.on("error", () => {});
    this.#epoch = `${prefix}:epoch`;
    this.#filling = `${prefix}:filling`;
    this.#filled = `${prefix}:filled`;
  }

  async isMarked(): Promise<boolean> {
    return (await this.#redis.exists(this.#epoch)) === 1;
  }

  async isBeingFilled(): Promise<boolean> {
    return (await this.#redis.exists(this.#filling)) === 1;
  }

  /** @returns null when somebody else fills already */
  async takeTurn(): Promise<Turn | null> {
    const token = randomUUID();
    const taken = await this.#redis.set(this.#filling, token, "PX", TURN, "NX");
    if (taken === null) return null;
    const keys = [this.#filling, this.#epoch, this.#filled];
    const says = async (script: string, ...more: (string | number)[]) =>
      (await this.#redis.eval(script, 3, ...keys, token, ...more)) === 1;
    return {
      progress: await this.#redis.get(this.#filled),
      keep: (progress) => says(KEEP, TURN, progress),
      finish: () => says(FINISH),
      giveUp: async () => void (await says(GIVE_UP)),
    };
  }

  close(): void {
    this.#redis.disconnect();
  }
}
