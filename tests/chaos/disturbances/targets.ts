import { eventually } from "../../support/eventually.ts";
import type { World } from "../world/world.ts";

type Server = "api" | "postgres" | "redis";

/** Milliseconds that a disturbance waits for another one of the same target to end. */
const PATIENCE = 120_000;

/** Who is disturbed at the moment: nobody twice at once, as the one would end the other. */
export class Targets {
  readonly #world: World;
  readonly #taken = new Set<string>();
  /** In the order in which they were disturbed last. */
  readonly #workers: string[];

  constructor(world: World) {
    this.#world = world;
    this.#workers = [...world.workers];
  }

  /** Disturbs a server or the API, once nobody else does. */
  with<Result>(target: Server, work: () => Promise<Result>): Promise<Result> {
    return this.#withAny([target], work);
  }

  /** Disturbs a worker that nobody else disturbs, the one that has been left alone for longest. */
  withWorker<Result>(work: (name: string) => Promise<Result>): Promise<Result> {
    return this.#withAny(this.#workers, work);
  }

  async #withAny<Result>(
    targets: readonly string[],
    work: (target: string) => Promise<Result>,
  ): Promise<Result> {
    const free = () => targets.find((name) => !this.#taken.has(name) && this.#isAlive(name));
    let target = free();
    // Somebody else may have waited for the same one: looked at and taken in one go.
    while (target === undefined) {
      await eventually(`${targets.join(" or ")} is there to be disturbed`, free, PATIENCE);
      target = free();
    }
    this.#taken.add(target);
    try {
      return await work(target);
    } finally {
      this.#taken.delete(target);
      this.#putLast(target);
    }
  }

  #isAlive(name: string): boolean {
    const { fleet } = this.#world;
    return !fleet.names.includes(name) || fleet.program(name).isRunning;
  }

  #putLast(name: string): void {
    const place = this.#workers.indexOf(name);
    if (place !== -1) this.#workers.push(...this.#workers.splice(place, 1));
  }
}
