import { InvariantError, WorkflowsError } from "@drover/engine";
import { wait } from "@drover/platform";
import type { Dice } from "../dice.ts";
import type { SimulatedApi } from "../fleet/simulated-api.ts";
import type { Network } from "../network.ts";
import type { SimulatedProcess } from "../process.ts";
import type { Story } from "../story.ts";
import type { Tally } from "../tally.ts";
import type { Timeline } from "../timeline.ts";

/** What a client was told. */
export type Told<T> =
  | { readonly kind: "done"; readonly value: T; readonly tries: number }
  /** The API has understood and said no. */
  | { readonly kind: "refused"; readonly error: WorkflowsError; readonly tries: number };

type Answer<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "refused"; readonly error: WorkflowsError }
  /** No answer, or one that says that it may go better later. */
  | { readonly kind: "nobody knows" };

/** Milliseconds that a client waits for an answer. */
const PATIENCE = 10_000;

export interface ClientGround {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly dice: Dice;
  readonly tally: Tally;
  readonly story: Story;
  readonly api: () => SimulatedApi;
  /** Where the clients run: nothing happens to them. */
  readonly process: SimulatedProcess;
}

/** People and other systems: they ask until they know what became of it. */
export class Clients {
  readonly #ground: ClientGround;
  /** Requests that are still open. */
  open = 0;

  constructor(ground: ClientGround) {
    this.#ground = ground;
  }

  /** Calls back when the clients' own code may go on, after so many milliseconds. */
  after(milliseconds: number, callback: () => void): void {
    this.#ground.process.ports.timers.after(milliseconds, callback);
  }

  /**
   * Asks the API for something, again and again until an answer comes.
   * @param what in a few words, for the story
   */
  async ask<T>(what: string, request: (api: SimulatedApi) => Promise<T>): Promise<Told<T>> {
    const { process, dice, story } = this.#ground;
    this.open += 1;
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#once(request);
      if (answer.kind !== "nobody knows") {
        this.open -= 1;
        const how = answer.kind === "done" ? String(answer.value) : answer.error.code;
        story.tell("clients", `${what}: ${answer.kind}, ${how}`);
        return { ...answer, tries };
      }
      await wait(process.ports.timers, dice.between(100, 1_000));
    }
  }

  #once<T>(request: (api: SimulatedApi) => Promise<T>): Promise<Answer<T>> {
    const { timeline, network, dice, tally, process } = this.#ground;
    const api = this.#ground.api();
    const { promise, resolve } = Promise.withResolvers<Answer<T>>();
    const tell = (answer: Answer<T>) => {
      const isLost = dice.chance(network.faults.answerLost * 2);
      if (isLost) tally.count("client: answer lost");
      timeline.after(dice.between(0.3, 3), () =>
        process.enter(() => resolve(isLost ? { kind: "nobody knows" } : answer)),
      );
    };
    timeline.after(dice.between(0.3, 3), () => {
      if (api.process.isDead) tell({ kind: "nobody knows" });
      api.process.enter(() => {
        request(api).then(
          (value) => tell({ kind: "done", value }),
          (error: unknown) => tell(answerFor(error)),
        );
      });
    });
    timeline.after(PATIENCE, () => process.enter(() => resolve({ kind: "nobody knows" })));
    return promise;
  }
}

/** Errors of the documents are answers; anything else is a 5xx, which clients send again. */
function answerFor(error: unknown): Answer<never> {
  const isAnswer = error instanceof WorkflowsError && !(error instanceof InvariantError);
  return isAnswer ? { kind: "refused", error } : { kind: "nobody knows" };
}
