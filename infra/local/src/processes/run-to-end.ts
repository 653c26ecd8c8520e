import { spawn } from "node:child_process";
import path from "node:path";

export interface RunOptions {
  /** Run as this user; needs root. */
  readonly user?: SystemUser | undefined;
  readonly directory?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /**
   * False for programs that leave a daemon behind: it would inherit the pipes and keep them open, and this
   * function would wait for the daemon instead of the program.
   */
  readonly capture?: boolean;
}

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

export interface Outcome {
  /** 0 is success; -1 when the program could not be started or was ended by a signal. */
  readonly code: number;
  readonly stdout: string;
  /** What the program said on standard error, or why it did not start. */
  readonly stderr: string;
}

/** Runs a program to its end. Never throws: a program that cannot be started has an outcome as well. */
export function runToEnd(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const capture = options.capture ?? true;
    const child = spawn(program, args, {
      // The folder we stand in may be closed to the user we run the program as.
      cwd: options.directory ?? "/",
      env: { ...process.env, PATH: systemPath(), ...options.environment },
      // A Ctrl-C goes to every process of the terminal; only we decide what it means for our helpers.
      detached: true,
      stdio: capture ? ["ignore", "pipe", "pipe"] : "ignore",
      ...options.user,
    });
    const output = { stdout: "", stderr: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    child.once("error", (error) => resolve({ ...output, code: -1, stderr: error.message }));
    child.once(capture ? "close" : "exit", (code: number | null) =>
      resolve({ ...output, code: code ?? -1 }),
    );
  });
}

/** Our helpers are the system's own programs, which are there even when PATH does not say so. */
function systemPath(): string {
  return [process.env["PATH"], "/usr/bin", "/bin"].join(path.delimiter);
}
