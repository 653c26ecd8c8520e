import { wait, type ProcessPorts } from "@drover/platform";
import { isConflict, isConnectionError } from "./connection-errors.ts";

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;

/** How long to go on trying, and by which clock. */
interface Endurance extends Pick<ProcessPorts, "monotonic" | "timers"> {
  /** Milliseconds for which a statement is tried while Postgres is away. */
  readonly patience: number;
}

/**
 * Runs a statement until Postgres answers.
 *
 * @param run gets whether an earlier try may have been committed although no answer came: the
 *   statement must then be repeatable and say whether it had happened
 * @throws what Postgres says when it says no, or the connection's error when patience ends
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
      const lost = isConnectionError(error);
      if (!lost && !isConflict(error)) throw error;
      if (monotonic() - start > patience) throw error;
      ambiguous ||= lost;
      await wait(timers, pause);
    }
  }
}
