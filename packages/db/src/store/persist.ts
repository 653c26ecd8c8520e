import { setTimeout as wait } from "node:timers/promises";
import { isConnectionError, isDenied, isRefusal } from "./connection-errors.ts";

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;

/**
 * Runs a statement until Postgres does it or refuses it: whoever holds finished work in their hands
 * keeps it while Postgres is away, takes no writes or has a full disk.
 *
 * @param patience milliseconds for which it is tried while Postgres is in trouble
 * @param run gets whether an earlier try may have been committed although no answer came: the
 *   statement must then be repeatable and say whether it had happened
 * @throws what Postgres says when it refuses, or its trouble when patience ends
 */
export async function persist<T>(
  patience: number,
  run: (ambiguous: boolean) => Promise<T>,
): Promise<T> {
  const start = performance.now();
  let ambiguous = false;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await run(ambiguous);
    } catch (error) {
      const isHopeless = isRefusal(error) || isDenied(error);
      if (isHopeless || performance.now() - start > patience) throw error;
      ambiguous ||= isConnectionError(error);
      await wait(pause);
    }
  }
}
