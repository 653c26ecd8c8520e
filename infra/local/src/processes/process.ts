import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { type Print, projectDirectory } from "../project.ts";
import { reasonOf } from "../start-error.ts";
import { tellingLine } from "./telling-line.ts";
import { NODE_OPTIONS } from "./node-options.ts";

export interface ChildOptions {
  /** Stands before each line it prints. */
  readonly name: string;
  /** The file that Node runs. */
  readonly script: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly print: Print;
}

interface Exit {
  /** In words: `exit code 1`, `SIGKILL`. */
  readonly how: string;
  readonly ok: boolean;
  /** The one line of its output that says most about why it ended. */
  readonly lastLine: string;
}

export interface Child {
  readonly name: string;
  /** Resolves once it listens for SIGTERM; never when it ends before. */
  readonly up: Promise<void>;
  readonly exited: Promise<Exit>;
  /** Asks it to end (SIGTERM), waits `graceMs`, then kills it. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
  /** Ends it, and what it started, at once. Resolves when it is gone. */
  kill(): Promise<void>;
}

const keptLines = 50;

/** Starts a Node program as a child that ends when we do, and prints its output line by line under its name. */
export function startChild(options: ChildOptions): Child {
  const preload = new URL("./exit-with-parent.ts", import.meta.url).href;
  const child = spawn(process.execPath, ["--import", preload, options.script], {
    cwd: projectDirectory,
    env: { NODE_OPTIONS, ...options.environment },
    // A process group of its own: Ctrl-C in the terminal must reach us alone, for us to stop things in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null)
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (lines.length > keptLines) lines.shift();
        options.print(`[${options.name}] ${line}`);
      });

  const up = new Promise<void>((resolve) => {
    child.on("message", (message) => {
      if (message === "up") resolve();
    });
  });
  const exited = describeExit(child, lines);
  const kill = async () => {
    signalGroup(child, "SIGKILL");
    await exited;
  };
  return {
    name: options.name,
    up,
    exited,
    kill,
    stop: async (graceMs) => {
      child.kill("SIGTERM");
      const clock = new AbortController();
      const tooLong = delay(graceMs, "too long" as const, { signal: clock.signal });
      if ((await Promise.race([exited, tooLong])) === "too long") {
        options.print(`${options.name} did not end within ${graceMs / 1000} s: killing it`);
        await kill();
      }
      clock.abort();
      // Aborting makes the clock reject, which by now concerns nobody.
      await tooLong.catch(() => {});
    },
  };
}

async function describeExit(child: ChildProcess, lines: readonly string[]): Promise<Exit> {
  const closed = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
  });
  try {
    await once(child, "exit");
  } catch (error) {
    return { how: reasonOf(error), ok: false, lastLine: reasonOf(error) };
  }
  // Its last words may still be in the pipe, which a grandchild could hold open for ever.
  await Promise.race([closed, delay(500, undefined, { ref: false })]);
  const how = child.signalCode ?? `exit code ${child.exitCode}`;
  return { how, ok: child.exitCode === 0, lastLine: tellingLine(lines) };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
}
