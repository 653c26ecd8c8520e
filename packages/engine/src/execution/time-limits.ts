import type { WorkflowContext } from "../context/workflow-context.ts";
import { toMilliseconds, type Duration } from "../definition/duration.ts";
import type { Step } from "../definition/step.ts";
import { HeartbeatTimeoutError, StepTimeoutError } from "../errors.ts";
import type { RunPorts } from "./step-run.ts";

/** One try of a step's code under the limits that the step sets to its time. */
export interface LimitedTry {
  /** What the code gets: its signal is aborted when a limit is passed. */
  readonly context: WorkflowContext;
  /**
   * Runs the code, once.
   * @throws StepTimeoutError or HeartbeatTimeoutError as soon as a limit is passed, whether the code
   *   stops or not; whatever the code throws
   */
  within<T>(code: () => Promise<T>): Promise<T>;
  /**
   * The context for what follows a failed try: it has what the try has set so far, an outer signal
   * that no limit has aborted, and nothing in common with code that still runs.
   */
  released(): WorkflowContext;
}

interface Limits {
  /** Milliseconds, null for no limit. */
  readonly timeout: number | null;
  readonly silence: number | null;
}

/** @throws RangeError when a limit is no duration */
export function limitedTry(
  ports: Pick<RunPorts, "timers" | "abortable">,
  stepName: string,
  step: Step,
  outer: WorkflowContext,
): LimitedTry {
  const limits = { timeout: limit(step.timeout), silence: limit(step.heartbeatTimeout) };
  return limits.timeout === null && limits.silence === null
    ? { context: outer, within: (code) => code(), released: () => outer }
    : watchedTry(ports, stepName, limits, outer);
}

function watchedTry(
  { timers, abortable }: Pick<RunPorts, "timers" | "abortable">,
  stepName: string,
  { timeout, silence }: Limits,
  outer: WorkflowContext,
): LimitedTry {
  const { signal, abort } = abortable(outer.signal);
  let over = false;
  let listen = () => {};
  const context = outer.detached(signal, (details) => {
    // Code that goes on after its try has ended speaks for nobody.
    if (over) return;
    listen();
    outer.heartbeat(details);
  });
  const copy = () => context.detached(outer.signal, (details) => outer.heartbeat(details));
  let released: WorkflowContext | null = null;
  const within = async <T>(code: () => Promise<T>): Promise<T> => {
    let cancelTimeout = () => {};
    let cancelSilence = () => {};
    const passed = new Promise<never>((_, reject) => {
      const end = (error: Error) => {
        over = true;
        // What the code does from now on, be it in answer to the signal, is too late.
        released ??= copy();
        // First: an error by which the code answers the signal must not hide the reason.
        reject(error);
        abort(error);
      };
      if (timeout !== null) {
        cancelTimeout = timers.after(timeout, () => end(new StepTimeoutError(stepName, timeout)));
      }
      if (silence !== null) {
        listen = () => {
          cancelSilence();
          cancelSilence = timers.after(silence, () => {
            end(new HeartbeatTimeoutError(stepName, silence));
          });
        };
        listen();
      }
    });
    try {
      // The race also takes what the loser comes to: a late error is nobody's.
      return await Promise.race([code(), passed]);
    } finally {
      over = true;
      cancelTimeout();
      cancelSilence();
    }
  };
  return { context, within, released: () => released ?? copy() };
}

function limit(duration: Duration | null): number | null {
  return duration === null ? null : toMilliseconds(duration);
}
