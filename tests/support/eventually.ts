import { setTimeout as pause } from "node:timers/promises";

/** How long anything may take that a test waits for, unless it says otherwise. Milliseconds. */
const PATIENCE = 20_000;
const BETWEEN_LOOKS = 25;

/**
 * Looks again and again until there is something to see, and returns it. The only way that tests
 * wait: a fixed pause is too long on a fast machine and too short on a slow one.
 *
 * @param what completes the sentence "gave up waiting until …"
 * @param look returns undefined or false as long as it is too early; an error counts as too early
 * @throws when the time is over, with the last error as its cause
 */
export async function eventually<Seen>(
  what: string,
  look: () => Promise<Seen | undefined | false> | Seen | undefined | false,
  patience = PATIENCE,
): Promise<Seen> {
  const deadline = performance.now() + patience;
  let cause: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`gave up waiting until ${what} (${patience / 1_000} s)`, { cause });
    }
    await pause(BETWEEN_LOOKS);
  }
}
