import { setTimeout as pause } from "node:timers/promises";

/**
 * Looks again and again until it is so.
 * @param what completes the sentence "gave up waiting until …"
 * @param look what it rejects with ends the waiting
 * @param every milliseconds between two looks
 * @param patience milliseconds
 */
export async function waitUntil(
  what: string,
  look: () => Promise<boolean>,
  every: number,
  patience: number,
): Promise<void> {
  const deadline = performance.now() + patience;
  while (!(await look())) {
    if (performance.now() > deadline) {
      throw new Error(`gave up waiting until ${what} (${Math.round(patience / 1_000)} s)`);
    }
    await pause(every);
  }
}
