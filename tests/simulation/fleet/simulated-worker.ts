import { StatementStore } from "@drover/db/store";
import { StepWorker } from "@drover/worker";
import { SimulatedProcess } from "../process.ts";
import { queueOver } from "../queue/queue-over-network.ts";
import { SimulatedConsumer } from "../queue/simulated-consumer.ts";
import { statementsOf, type Ground } from "./ground.ts";
import { offersOf } from "./simulated-offers.ts";

/** Milliseconds of silence after which a worker counts as dead. */
const LOST_AFTER = 4_000;

/** Milliseconds that workers hold finished work while the database is away: as `createStore`. */
const PATIENCE = 30_000;

/** Losses after which any step fails: a storm does not take as many workers in a row. */
const MOST_LOST = 30;

/** Milliseconds that running steps get from a worker that has to go. */
const DRAIN = 600;

/** A worker's process: the worker as it is, over a network, a database and a queue that are not. */
export class SimulatedWorker {
  readonly process: SimulatedProcess;
  readonly #ground: Ground;
  readonly #worker: StepWorker;

  /** @param skew milliseconds by which its time of day differs */
  constructor(ground: Ground, name: string, skew: number) {
    this.#ground = ground;
    const { network, queue, queueSite, definitions, newId } = ground;
    const process = new SimulatedProcess(name, ground.timeline, ground.dice, skew);
    this.process = process;
    const { ports } = process;
    const store = new StatementStore(statementsOf(ground, process), {
      ...ports,
      newId,
      patience: PATIENCE,
    });
    this.#worker = new StepWorker({
      store,
      queue: queueOver(network, process, { queue, site: queueSite }),
      openConsumer: (options) =>
        new SimulatedConsumer({ process, network, queue, site: queueSite }, options),
      openOffers: offersOf(ground, process),
      definitions,
      concurrency: 4,
      maxLostAttempts: MOST_LOST,
      lostAfter: LOST_AFTER,
      logger: ground.loggerOf(process),
      ports,
      newId,
    });
  }

  /** @param ended told when it could not even start: its process ends then */
  start(ended: () => void): void {
    this.process.enter(() => {
      this.#worker.start().catch((error: unknown) => this.#end("could not start", error, ended));
    });
  }

  /** SIGTERM. @param ended told when the process has ended */
  drain(ended: () => void): void {
    this.process.enter(() => {
      this.#worker
        .drain(DRAIN)
        .then(() => this.#end("has gone in order", null, ended))
        .catch((error: unknown) => this.#end("could not go in order", error, ended));
    });
  }

  #end(how: string, error: unknown, ended: () => void): void {
    const reason = error instanceof Error ? ` (${error.message})` : "";
    this.#ground.story.tell(this.process.name, `${how}${reason}`);
    this.process.kill();
    ended();
  }
}
