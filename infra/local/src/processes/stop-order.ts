import type { Print } from "../project.ts";
import { reasonOf } from "../start-error.ts";

export interface Stoppable {
  readonly name: string;
  /** Ends it so that nothing is lost, however long that takes. */
  stop(): Promise<void>;
  /** Ends it now. */
  kill(): Promise<void>;
}

/** What was started, in order, to be stopped in the opposite order: who uses a thing goes before the thing. */
export class StopOrder {
  readonly #started: Stoppable[] = [];

  add(thing: Stoppable): void {
    this.#started.push(thing);
  }

  /** Stops one after the other, and goes on when one fails, saying so. */
  async stopAll(print: Print): Promise<void> {
    for (let thing = this.#started.at(-1); thing !== undefined; thing = this.#started.at(-1)) {
      print(`stopping ${thing.name}`);
      try {
        await thing.stop();
      } catch (error) {
        print(`${thing.name} did not stop: ${reasonOf(error)}`);
      }
      // Only now: until it has stopped, it can still be killed, which takes it off the list as well.
      if (this.#started.at(-1) === thing) this.#started.pop();
    }
  }

  /** Ends all of them at once, also what is being stopped right now. */
  async killAll(print: Print): Promise<void> {
    const things = this.#started.splice(0);
    for (const outcome of await Promise.allSettled(things.map((thing) => thing.kill())))
      if (outcome.status === "rejected") print(`did not stop: ${reasonOf(outcome.reason)}`);
  }
}
