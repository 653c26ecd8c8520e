import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** A command of the project's as npm runs it, for a test that reads what it prints. */
export interface ForkedCommand {
  readonly child: ChildProcess;
  /** All that it has printed so far. */
  readonly printed: () => string;
  /** Resolves when it has ended; null where a signal has ended it. */
  readonly exitCode: () => Promise<number | null>;
  /** Tells it that nobody waits for it any more: it ends, with all that it has started. */
  readonly letGo: () => void;
}

/** Starts a command. Of the environment it gets what finds programs and folders, and nothing more. */
export function forkCommand(script: string, args: readonly string[]): ForkedCommand {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = fork(script, args, { env: { PATH, HOME, TMPDIR }, silent: true, execArgv: [] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  return {
    child,
    printed: () => printed,
    exitCode: async () => {
      if (child.exitCode === null) await once(child, "close");
      return child.exitCode;
    },
    letGo: () => {
      if (child.connected) child.disconnect();
    },
  };
}
