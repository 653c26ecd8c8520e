import type { Dice } from "../dice.ts";
import type { SimulatedProcess } from "../process.ts";
import type { Tally } from "../tally.ts";
import type { Ground } from "./ground.ts";
import { SimulatedApi } from "./simulated-api.ts";
import { SimulatedWorker } from "./simulated-worker.ts";

export interface FleetOptions {
  readonly workers: number;
  /** Milliseconds by which clocks differ at the most. */
  readonly skew: number;
}

/** The processes of a run; what ends is started anew after a while, under a new id. */
export class Fleet {
  readonly #ground: Ground;
  readonly #dice: Dice;
  readonly #tally: Tally;
  readonly #skew: number;
  readonly #workers: SimulatedWorker[];
  readonly #draining = new Set<SimulatedWorker>();
  #api: SimulatedApi;
  #made = 0;

  constructor(ground: Ground, dice: Dice, tally: Tally, { workers, skew }: FleetOptions) {
    this.#ground = ground;
    this.#dice = dice;
    this.#tally = tally;
    this.#skew = skew;
    this.#api = this.#newApi();
    this.#workers = Array.from({ length: workers }, () => this.#newWorker());
    for (const [place, worker] of this.#workers.entries()) this.#start(worker, place);
  }

  get api(): SimulatedApi {
    return this.#api;
  }

  /** A process dies; it may be any, frozen ones too. */
  kill(process: SimulatedProcess): void {
    if (process.isDead) return;
    process.kill();
    this.#tell(process, "dies");
    const place = this.#workers.findIndex((worker) => worker.process === process);
    if (place >= 0) this.#replaceWorker(place);
    if (process === this.#api.process) this.#replaceApi();
  }

  killSome(): void {
    this.#tally.count("worker killed");
    this.kill(this.#dice.pick(this.#workers).process);
  }

  killApi(): void {
    this.#tally.count("api killed");
    this.kill(this.#api.process);
  }

  /** A process stands still for a while and then goes on, whatever has happened meanwhile. */
  freezeSome(milliseconds: number): void {
    const processes = [...this.#workers.map((worker) => worker.process), this.#api.process];
    const process = this.#dice.pick(processes);
    if (!process.isRunning) return;
    this.#tally.count("process frozen");
    this.#tell(process, `stands still for ${Math.round(milliseconds)} ms`);
    process.freeze();
    this.#ground.timeline.after(milliseconds, () => this.#thaw(process));
  }

  /** A worker goes in order and another comes: what a deploy does. */
  drainSome(): void {
    const place = this.#dice.whole(0, this.#workers.length - 1);
    const worker = this.#workers[place];
    if (worker === undefined || !worker.process.isRunning || this.#draining.has(worker)) return;
    this.#tally.count("worker drained");
    this.#tell(worker.process, "has to go");
    this.#draining.add(worker);
    worker.drain(() => this.#replaceWorker(place));
  }

  /** All that stand still go on. */
  thawAll(): void {
    for (const { process } of this.#workers) this.#thaw(process);
    this.#thaw(this.#api.process);
  }

  #thaw(process: SimulatedProcess): void {
    if (process.isDead || process.isRunning) return;
    this.#tell(process, "goes on");
    process.thaw();
  }

  #replaceWorker(place: number): void {
    this.#ground.timeline.after(this.#dice.between(100, 3_000), () => {
      const worker = this.#newWorker();
      this.#workers[place] = worker;
      this.#start(worker, place);
    });
  }

  #replaceApi(): void {
    this.#ground.timeline.after(this.#dice.between(100, 2_000), () => {
      this.#api = this.#newApi();
      this.#tell(this.#api.process, "starts");
    });
  }

  #start(worker: SimulatedWorker, place: number): void {
    this.#tell(worker.process, "starts");
    worker.start(() => this.#replaceWorker(place));
  }

  #newWorker(): SimulatedWorker {
    this.#made += 1;
    const worker = new SimulatedWorker(this.#ground, `worker-${this.#made}`, this.#drawSkew());
    worker.process.crash = () => {
      this.#tally.count("worker killed by a step");
      this.kill(worker.process);
    };
    return worker;
  }

  #newApi(): SimulatedApi {
    this.#made += 1;
    return new SimulatedApi(this.#ground, `api-${this.#made}`, this.#drawSkew());
  }

  #drawSkew(): number {
    return Math.round(this.#dice.between(-this.#skew, this.#skew));
  }

  #tell(process: SimulatedProcess, what: string): void {
    this.#ground.story.tell(process.name, what);
  }
}
