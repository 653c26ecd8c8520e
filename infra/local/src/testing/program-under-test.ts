import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface ProgramUnderTest {
  readonly pid: number;
  /** Everything it printed so far, both streams, line by line. */
  readonly lines: readonly string[];
  /** Resolves with the line when one matches, also one printed before; rejects when the program ends without it. */
  untilLine(pattern: RegExp): Promise<string>;
  readonly exited: Promise<number | null>;
  /** Closes our end of its standard output, as `head` does when it has enough. */
  stopReading(): void;
  signal(name: NodeJS.Signals): void;
}

/** Runs a Node program for a test that reads what it prints. `environment` is all that it gets. */
export function runProgram(
  script: string,
  environment: NodeJS.ProcessEnv = process.env,
): ProgramUnderTest {
  const child = spawn(process.execPath, [script], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  const look = () => watchers.forEach((watcher) => watcher());
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      look();
    });
  let ended = false;
  const exited = once(child, "close").then(() => {
    ended = true;
    look();
    return child.exitCode;
  });
  if (child.pid === undefined) throw new Error(`${script} did not start`);
  return {
    pid: child.pid,
    lines,
    exited,
    stopReading: () => child.stdout.destroy(),
    signal: (name) => child.kill(name),
    untilLine: (pattern) =>
      new Promise((resolve, reject) => {
        const watcher = () => {
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined && !ended) return;
          watchers.delete(watcher);
          if (found === undefined)
            reject(new Error(`ended without ${pattern}:\n${lines.join("\n")}`));
          else resolve(found);
        };
        watchers.add(watcher);
        watcher();
      }),
  };
}
