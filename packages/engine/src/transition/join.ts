import type { EdgeIndex } from "../graph/flow-graph.ts";
import type { ExecutionId } from "../ids.ts";
import type { PendingToken, Token } from "../state/instance-state.ts";
import type { Draft } from "./draft.ts";

/*
 * The join rule. Invariants:
 *
 * J1. A token on a back edge starts its target at once: loops never wait.
 * J2. A step with several other incoming edges starts when one of them holds a token and no live
 *     token can reach, going forward only, one that is still empty. It takes all that has come.
 * J3. Forward edges have no cycles, so of all joins that wait, the first in topological order can
 *     start: nothing waits in a circle.
 */

/** Sends a token over each edge that a step has taken when it ended. */
export function arrive(draft: Draft, edges: readonly EdgeIndex[], from: ExecutionId): void {
  for (const edge of edges) {
    const { target } = draft.graph.edge(edge);
    const arrivals = [{ edge, executionId: from }];
    const startsAtOnce =
      draft.graph.isBackEdge(edge) || draft.graph.forwardIncoming(target).length < 2;
    if (startsAtOnce) {
      draft.place(target, "scheduled", arrivals);
      continue;
    }
    const waiting = draft.tokens.find((token) => isPendingAt(token, target));
    if (waiting === undefined) draft.place(target, "pending", arrivals);
    else draft.join(waiting, arrivals);
  }
}

/** Starts every join that need not wait any longer. Whatever ends a token calls it. */
export function releaseJoins(draft: Draft): void {
  // One pass is enough: a join that starts stands where it stood, so it frees no other.
  for (const token of draft.tokens) {
    if (token.status === "pending" && canStart(draft, token)) draft.release(token);
  }
}

function canStart(draft: Draft, join: PendingToken): boolean {
  const filled = new Set(join.arrivals.map((arrival) => arrival.edge));
  const empty = draft.graph.forwardIncoming(join.stepName).filter((edge) => !filled.has(edge));
  return draft.tokens
    .filter((token) => token.executionId !== join.executionId)
    .every((token) => {
      const reach = draft.graph.forwardReach(token.stepName);
      return !empty.some((edge) => reach.has(edge));
    });
}

function isPendingAt(token: Token, stepName: string): token is PendingToken {
  return token.status === "pending" && token.stepName === stepName;
}
