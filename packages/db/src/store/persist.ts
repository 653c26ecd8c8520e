import { wait, type ProcessPorts } from "@drover/platform";
import { isConnectionError, isDenied, isRefusal } from "./connection-errors.ts";

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;

/** How long to go on trying, and by which clock. */
interface Endurance extends Pick<ProcessPorts, "monotonic" | "timers"> {
  /** Milliseconds for which a statement is tried while Postgres is in trouble. */
  readonly patience: number;
}

/**
 * Runs a statement until Postgres does it or refuses it: whoever holds finished work in their hands
 * keeps it while Postgres is away, takes no writes or has a full disk.
 *
 * @param run gets whether an earlier try may have been committed although no answer came: the
 *   statement must then be repeatable and say whether it had happened
 * @throws what Postgres says when it refuses, or its trouble when patience ends
 */
export async function persist<T>(
  { patience, monotonic, timers }: Endurance,
  run: (ambiguous: boolean) => Promise<T>,
): Promise<T> {
  const start = monotonic();
  let ambiguous = false;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await run(ambiguous);
    } catch (error) {
      const isHopeless = isRefusal(error) || isDenied(error);
      if (isHopeless || monotonic() - start > patience) throw error;
      ambiguous ||= isConnectionError(error);
      await wait(timers, pause);
    }
  }
}
