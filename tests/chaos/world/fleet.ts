import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../../support/eventually.ts";
import { Program } from "@drover/local-servers";

/** A place in the fleet: whatever happens to its process, another one takes its place. */
interface Place {
  readonly name: string;
  readonly script: string;
  readonly settings: Readonly<Record<string, string>>;
  program: Program;
  /** Variables of the next process at this place, which is to end of them; null for one to stay. */
  once: Readonly<Record<string, string>> | null;
  expectsEnd: boolean;
}

/** Milliseconds until a process that ended is started again, as a container engine does. */
const RESTART_PAUSE = 500;

/** Processes that are started again when they end, and what was unexpected about their ends. */
export class Fleet {
  /** Ends that nobody here has caused, in words. */
  readonly unexpectedEnds: string[] = [];
  readonly #places = new Map<string, Place>();
  readonly #gone: Program[] = [];
  #isOver = false;

  /** Starts a process that is kept running until the fleet ends. */
  add(name: string, script: string, settings: Readonly<Record<string, string>>): void {
    const program = new Program(name, script, settings);
    const place: Place = { name, script, settings, program, once: null, expectsEnd: false };
    this.#places.set(name, place);
    void this.#keepRunning(place);
  }

  get names(): string[] {
    return [...this.#places.keys()];
  }

  program(name: string): Program {
    return this.#place(name).program;
  }

  /** Ends a process in the middle of whatever it does. Resolves when it is gone. */
  async kill(name: string): Promise<void> {
    const place = this.#place(name);
    place.expectsEnd = true;
    await place.program.kill();
  }

  /**
   * Ends a process as `kill` does, and starts one in its place that will end by itself, as its
   * variables say.
   * @returns the one that is to end
   */
  async replaceByDoomed(
    name: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<Program> {
    const place = this.#place(name);
    const before = place.program;
    place.once = variables;
    await this.kill(name);
    return eventually(`${name} is there again`, () => {
      return place.program !== before && place.program;
    });
  }

  /** All that the processes have printed, those that are gone included. */
  get lines(): string[] {
    const living = [...this.#places.values()].map(({ program }) => program);
    return [...this.#gone, ...living].flatMap((program) => program.lines);
  }

  /** Asks every process to end in order. @returns those that could not, in words */
  async end(): Promise<string[]> {
    this.#isOver = true;
    const living = [...this.#places.values()].filter(({ program }) => program.isRunning);
    const ends = living.map(async ({ name, program }) => {
      const { code, signal } = await program.terminate();
      return code === 0 ? [] : [`${name} did not end in order: ${signal ?? `exit code ${code}`}`];
    });
    return (await Promise.all(ends)).flat();
  }

  /** Ends every process at once. */
  async killAll(): Promise<void> {
    this.#isOver = true;
    await Promise.all([...this.#places.values()].map(({ program }) => program.kill()));
  }

  async #keepRunning(place: Place): Promise<void> {
    for (;;) {
      const { code, signal } = await place.program.exited;
      if (this.#isOver) return;
      if (!place.expectsEnd) {
        this.unexpectedEnds.push(`${place.name} ended: ${signal ?? `exit code ${code}`}`);
      }
      await pause(RESTART_PAUSE);
      if (this.#isOver) return;
      this.#gone.push(place.program);
      place.expectsEnd = place.once !== null;
      place.program = new Program(place.name, place.script, { ...place.settings, ...place.once });
      place.once = null;
    }
  }

  #place(name: string): Place {
    const place = this.#places.get(name);
    if (place === undefined) throw new RangeError(`nothing is called ${name}`);
    return place;
  }
}
