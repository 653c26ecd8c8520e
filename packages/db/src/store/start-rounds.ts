import type { NewInstance } from "@drover/engine";

type Request = readonly NewInstance[];

/**
 * Requests in rounds, such that no idempotency key occurs twice in one round: a statement does not
 * see what it inserts itself. Nearly always there is one round.
 * @returns the positions of the requests, in rounds
 */
export function startRounds(requests: readonly Request[]): number[][] {
  const rounds: { readonly keys: Set<string>; readonly positions: number[] }[] = [];
  for (const [position, request] of requests.entries()) {
    const keys = request.flatMap((instance) => instance.idempotency?.key ?? []);
    let round = rounds.find((candidate) => keys.every((key) => !candidate.keys.has(key)));
    if (round === undefined) {
      round = { keys: new Set(), positions: [] };
      rounds.push(round);
    }
    for (const key of keys) round.keys.add(key);
    round.positions.push(position);
  }
  return rounds.map((round) => round.positions);
}
