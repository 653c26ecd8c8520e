import { StatementStore } from "@drover/db/store";
import type { DefinitionId, NewId } from "@drover/engine";
import { countingIds } from "@drover/engine/testing";
import { processPorts } from "@drover/platform";
import { registerDefinitions } from "@drover/worker";
import { pino, type Logger } from "pino";
import { check } from "./checker.ts";
import { atOnce } from "./database/synchronous.ts";
import { SimulatedDatabase } from "./database/simulated-database.ts";
import { Dice } from "./dice.ts";
import { Fleet } from "./fleet/fleet.ts";
import type { Ground } from "./fleet/ground.ts";
import { Network, type Site } from "./network.ts";
import { outcomeOf, type Outcome } from "./outcome.ts";
import type { PlantedFault } from "./planted.ts";
import { BEGINNING, SimulatedProcess } from "./process.ts";
import { queueSite } from "./queue/queue-over-network.ts";
import { SimulatedQueue } from "./queue/simulated-queue.ts";
import { Story } from "./story.ts";
import { blow, calmDown } from "./storm.ts";
import { Tally } from "./tally.ts";
import { Timeline } from "./timeline.ts";
import { Witness, type Violation } from "./witness.ts";
import { drawWork, type Work } from "./workload/draw-work.ts";
import { Clients } from "./world/clients.ts";
import { World } from "./world/world.ts";

/** Milliseconds that runs may go on after their storm before what is left counts as stuck. */
const CALM = 300_000;

/** Milliseconds that are watched after the end: those who wake up late must change nothing. */
const AFTERWARDS = 2_000;

export interface RunOptions {
  readonly seed: number;
  readonly planted?: PlantedFault | null;
  /** Gets the story of the run, line by line. */
  readonly tell?: ((line: string) => void) | null;
}

/** What a run has shown. */
export interface RunReport {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly faults: Tally;
  readonly instances: number;
  readonly effects: number;
  /** Claims of executions that had been claimed before: after a fault, a retry or a wait. */
  readonly repeatedAttempts: number;
  /** First steps that were given to workers that had offered to take them. */
  readonly given: number;
  /** Steps that were taken ahead of their timers. */
  readonly takenAhead: number;
  /** Steps that were over before they were written. */
  readonly ranAhead: number;
  /** Virtual time, in milliseconds. */
  readonly took: number;
  readonly happened: number;
  /** Two runs with the same sum have gone the same way. */
  readonly sum: string;
}

/** One run: the same seed, the same story. First quietly, to know what it comes to, then in a storm. */
export async function simulate({
  seed,
  planted = null,
  tell = null,
}: RunOptions): Promise<RunReport> {
  const quiet = await new Simulation({ seed, planted: null, isQuiet: true, tell: null }).run();
  const stormy = await new Simulation({ seed, planted, isQuiet: false, tell }).run();
  return stormy.report(quiet.outcomes());
}

interface SimulationOptions extends Required<Pick<RunOptions, "seed" | "planted" | "tell">> {
  readonly isQuiet: boolean;
}

/** Servers, processes and people of one run. */
class Simulation {
  readonly #options: SimulationOptions;
  readonly #timeline = new Timeline();
  readonly #tally = new Tally();
  readonly #story: Story;
  readonly #witness: Witness;
  readonly #database: SimulatedDatabase;
  readonly #queue: SimulatedQueue;
  readonly #network: Network;
  readonly #newId: NewId = countingIds();
  readonly #work: Work;
  #isDatabaseAway = false;
  #fleet: Fleet | null = null;
  #world: World | null = null;
  #isOver = false;

  constructor(options: SimulationOptions) {
    this.#options = options;
    const { seed, planted, tell } = options;
    const timeline = this.#timeline;
    this.#story = new Story(() => timeline.now, tell);
    // The database's clock stands apart from all others.
    const now = () => new Date(BEGINNING + 500 + timeline.now);
    this.#witness = new Witness({
      rows: () => this.#database.rows,
      elapsed: () => timeline.now,
      now,
      story: this.#story,
    });
    const watch = this.#witness;
    this.#database = new SimulatedDatabase({ now, newId: this.#newId, planted, watch });
    const told = { story: this.#story, tally: this.#tally };
    this.#queue = new SimulatedQueue(timeline, this.#dice("queue"), this.#tally, watch.enqueued);
    this.#network = new Network(timeline, this.#dice("network"), told, (process) =>
      this.#fleet?.kill(process),
    );
    this.#work = drawWork(seed, this.#witness);
  }

  async run(): Promise<this> {
    const { isQuiet } = this.#options;
    const timeline = this.#timeline;
    const ground = await this.#ground();
    const dice = this.#dice("storm");
    const fleet = new Fleet(ground, this.#dice("fleet"), this.#tally, {
      workers: isQuiet ? 1 : dice.whole(2, 3),
      skew: isQuiet || dice.chance(0.5) ? 0 : 4_000,
    });
    this.#fleet = fleet;
    const world = this.#newWorld(fleet, ground);
    this.#world = world;
    world.begin();
    const storm = dice.between(4_000, 12_000);
    const stormGround = {
      timeline,
      dice,
      fleet,
      network: this.#network,
      queue: this.#queue,
      tally: this.#tally,
      story: this.#story,
      setDatabaseAway: (isAway: boolean) => void (this.#isDatabaseAway = isAway),
    };
    if (!isQuiet) {
      blow(stormGround, storm);
      await timeline.run(() => false, storm);
      calmDown(stormGround);
      this.#story.tell("storm", "is over");
    }
    world.calmDown();
    this.#isOver = await timeline.run(() => world.isOver, timeline.now + CALM);
    if (!isQuiet) await timeline.run(() => false, timeline.now + AFTERWARDS);
    return this;
  }

  report(quiet: ReadonlyMap<string, Outcome>): RunReport {
    const { rows } = this.#database;
    const witness = this.#witness;
    const world = this.#there(this.#world);
    check({ rows, witness, world, orders: this.#orders(), isOver: this.#isOver }, quiet);
    return {
      seed: this.#options.seed,
      violations: witness.violations,
      faults: this.#tally,
      instances: rows.instances.size,
      effects: witness.effects.size,
      repeatedAttempts: witness.repeatedAttempts,
      given: witness.given,
      takenAhead: witness.takenAhead,
      ranAhead: witness.ranAhead,
      took: this.#timeline.now,
      happened: this.#timeline.happened,
      sum: this.#story.sum,
    };
  }

  /** What the instances have come to, by the keys of their orders. */
  outcomes(): ReadonlyMap<string, Outcome> {
    const { acknowledged } = this.#there(this.#world);
    const { rows } = this.#database;
    return new Map([...acknowledged].map(([key, id]) => [key, outcomeOf(rows, id)]));
  }

  #newWorld(fleet: Fleet, { timeline, network, newId }: Ground): World {
    const { isQuiet } = this.#options;
    const dice = this.#dice("world");
    const process = new SimulatedProcess("clients", timeline, dice, 0);
    const api = () => fleet.api;
    const clients = new Clients({
      timeline,
      network,
      dice,
      tally: this.#tally,
      story: this.#story,
      api,
      process,
    });
    const rows = () => this.#database.rows;
    return new World({ clients, dice, rows, newId, isQuiet }, this.#orders());
  }

  #orders() {
    return this.#work.orders.map((order, index) => ({
      ...order,
      definitionId: this.#definitionIds[order.workflow] ?? this.#there<DefinitionId>(null),
      idempotencyKey: `order ${index}`,
    }));
  }

  #definitionIds: readonly DefinitionId[] = [];

  async #ground(): Promise<Ground> {
    const { planted } = this.#options;
    const silent = pino({ level: "silent" });
    const definitions = await registerDefinitions(
      new StatementStore(atOnce(this.#database), {
        ...processPorts,
        newId: this.#newId,
        patience: 0,
      }),
      this.#work.workflows.map(({ definition }) => definition),
      silent,
    );
    this.#definitionIds = this.#work.workflows.map(
      ({ definition }) =>
        definitions.ids.find((id) => definitions.get(id) === definition) ??
        this.#there<DefinitionId>(null),
    );
    const databaseSite: Site = {
      name: "database",
      isAway: () => this.#isDatabaseAway,
      lost: () => Object.assign(new Error("the connection broke"), { code: "CONNECTION_CLOSED" }),
      patience: 1,
      undone: () => Object.assign(new Error("deadlock detected"), { code: "40P01" }),
    };
    return {
      timeline: this.#timeline,
      network: this.#network,
      story: this.#story,
      planted,
      database: this.#database,
      databaseSite,
      queue: this.#queue,
      newId: this.#newId,
      dice: this.#dice("processes"),
      queueSite: queueSite(this.#queue),
      definitions,
      loggerOf: (process) => this.#loggerOf(process, silent),
    };
  }

  #loggerOf(process: SimulatedProcess, silent: Logger): Logger {
    if (!this.#story.isRead) return silent;
    const write = (line: string) => this.#story.tell(process.name, line.trim());
    return pino({ level: "info", base: null, timestamp: false }, { write });
  }

  #dice(what: string): Dice {
    return new Dice(this.#options.seed, what);
  }

  #there<T>(value: T | null): T {
    if (value === null) throw new Error("the simulation has not run");
    return value;
  }
}
