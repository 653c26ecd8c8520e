import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { NODE_OPTIONS } from "../processes/node-options.ts";

const END_WITH_PARENT = pathToFileURL(path.join(import.meta.dirname, "end-with-parent.ts")).href;

/** Programs of one version are compiled once, however often the tests start them. */
const COMPILE_CACHE = path.join(tmpdir(), "drover-compile-cache");

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One process of Drover's, as an operator has it: started by its main file, told by its environment. */
export class Program {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly lines: string[] = [];
  readonly #child: ChildProcess;

  constructor(name: string, script: string, settings: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, ["--import", END_WITH_PARENT, script], {
      // Nothing of the test run's own environment: what a program needs it is given here.
      env: {
        PATH: process.env["PATH"],
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        NODE_OPTIONS,
        ...settings,
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    if (this.#child.pid === undefined) throw new Error(`${name} did not start: ${script}`);
    this.name = name;
    this.pid = this.#child.pid;
    for (const input of [this.#child.stdout, this.#child.stderr]) {
      if (input === null) continue;
      createInterface({ input }).on("line", (line) => this.lines.push(`[${name}] ${line}`));
    }
    this.exited = once(this.#child, "close").then(() => ({
      code: this.#child.exitCode,
      signal: this.#child.signalCode,
    }));
  }

  /** Megabytes of memory that it holds. */
  get memory(): number {
    const { stdout } = spawnSync("ps", ["-o", "rss=", "-p", String(this.pid)], {
      encoding: "utf8",
    });
    return Number(stdout) / 1024;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Asks the program to end, as a container engine does; resolves when it has. */
  terminate(): Promise<Exit> {
    this.#child.kill("SIGTERM");
    return this.exited;
  }

  /** Ends the program in the middle of whatever it does. */
  kill(): Promise<Exit> {
    this.#child.kill("SIGKILL");
    return this.exited;
  }
}
