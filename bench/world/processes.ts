import { Program } from "@drover/local-servers";
import postgres, { type Sql } from "postgres";
import { waitUntil } from "./wait-until.ts";

/** Milliseconds for a process to come up on a busy machine. */
const START_PATIENCE = 60_000;

/** The processes of one subject in one round; all of them end together. */
export class Processes {
  readonly #programs: Program[] = [];
  readonly #died = Promise.withResolvers<never>();
  /** Those that are to end. */
  readonly #ended = new Set<Program>();
  #isOver = false;

  constructor() {
    // Whoever does not ask for it has nothing to do with it.
    this.#died.promise.catch(() => {});
  }

  /** Rejects when one of them ends that nobody has ended. */
  get died(): Promise<never> {
    return this.#died.promise;
  }

  start(name: string, script: string, settings: Readonly<Record<string, string>>): Program {
    const program = new Program(name, script, settings);
    this.#programs.push(program);
    void this.#watch(program);
    return program;
  }

  async #watch(program: Program): Promise<void> {
    const { code, signal } = await program.exited;
    if (this.#isOver || this.#ended.has(program)) return;
    this.#died.reject(new Error(`${program.name} ended: ${signal ?? code}`));
  }

  /** Waits until a program says of itself that it is up. @throws Error with its output when it ends */
  async untilUp(program: Program, isUp: () => Promise<boolean>): Promise<void> {
    const look = async () => {
      if (program.isRunning) return isUp();
      throw new Error(`${program.name} ended at once:\n${program.lines.join("\n")}`);
    };
    await waitUntil(`${program.name} is up`, look, 25, START_PATIENCE);
  }

  /** Ends one of them, which nobody has to be told of. */
  async end(program: Program): Promise<void> {
    this.#ended.add(program);
    await program.terminate();
  }

  /** What they have printed, for when something is wrong. */
  get lines(): string[] {
    return this.#programs.flatMap((program) => program.lines);
  }

  /** Nothing is to be kept of them, so nobody is asked to end in order. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#programs.map((program) => program.kill()));
  }
}

/** Looks at what a subject writes, beside it and seldom. */
export function onlooker(databaseUrl: string): Sql {
  return postgres(databaseUrl, { max: 1, onnotice: () => {}, connection: { TimeZone: "UTC" } });
}
