import type { EdgeIndex } from "../graph/flow-graph.ts";
import type { ExecutionId } from "../ids.ts";
import type { CountingJoin } from "../definition/structure.ts";
import type { FiredJoin, PendingToken, Token } from "../state/instance-state.ts";
import type { Draft } from "./draft.ts";
import { cancelMembers, isOpenGroup } from "./group.ts";

/*
 * The join rule. Invariants:
 *
 * J1. A token on a back edge starts its target at once: loops never wait.
 * J2. A step with several other incoming edges starts when one of them holds a token and no live
 *     token can reach, going forward only, one that is still empty. It takes all that has come.
 * J3. Forward edges have no cycles, so of all joins that wait, the first in topological order can
 *     start: nothing waits in a circle.
 * J4. A join that counts starts with its n-th arrival. From then on each of its other edges brings
 *     one token that is absorbed, for as long as one can come; a second token over the same edge
 *     belongs to the next round. When too few can come, it fails: it would wait for ever.
 */

/** Sends a token over each edge that a step has taken when it ended. */
export function arrive(draft: Draft, edges: readonly EdgeIndex[], from: ExecutionId): void {
  const joined: string[] = [];
  for (const edge of edges) {
    const { target } = draft.graph.edge(edge);
    const arrivals = [{ edge, executionId: from }];
    const startsAtOnce =
      draft.graph.isBackEdge(edge) || draft.graph.forwardIncoming(target).length < 2;
    if (startsAtOnce) draft.place({ stepName: target, arrivals });
    else if (!isAbsorbed(draft, target, edge)) {
      waitAtJoin(draft, target, arrivals);
      joined.push(target);
    }
  }
  // Only now, so that what starts and what it cancels does not hang on the order of the edges.
  for (const target of new Set(joined)) fireWhenFull(draft, target);
}

/** What has to follow from joins that can wait no longer. */
export interface StuckJoin {
  readonly stepName: string;
  readonly count: number;
  readonly arrived: number;
}

/**
 * Starts every join that need not wait any longer. Whatever ends a token calls it.
 * @returns a join that counts and that too few tokens can reach, where there is one
 */
export function releaseJoins(draft: Draft): StuckJoin | null {
  // One pass is enough: a join that starts stands where it stood, so it frees no other.
  for (const token of draft.outerTokens) {
    if (token.status !== "pending" || token.pendingFor !== "join") continue;
    if (!nothingCanCome(draft, token)) continue;
    const rule = draft.graph.step(token.stepName).join;
    if (rule !== undefined) {
      return { stepName: token.stepName, count: rule.count, arrived: token.arrivals.length };
    }
    draft.release(token);
  }
  forgetClosedRounds(draft);
  return null;
}

function waitAtJoin(draft: Draft, target: string, arrivals: PendingToken["arrivals"]): void {
  const waiting = draft.outerTokens.find((token) => isPendingAt(token, target));
  if (waiting === undefined) draft.place({ stepName: target, arrivals, pendingFor: "join" });
  else draft.join(waiting, arrivals);
}

function fireWhenFull(draft: Draft, target: string): void {
  const rule = draft.graph.step(target).join;
  const waiting = draft.outerTokens.find((token) => isPendingAt(token, target));
  if (rule === undefined || waiting === undefined) return;
  if (waiting.arrivals.length >= rule.count) fire(draft, waiting, rule);
}

/** J4: the n-th token has come. */
function fire(draft: Draft, token: PendingToken, rule: CountingJoin): void {
  const edges = token.arrivals.map((arrival) => arrival.edge);
  draft.release(token);
  draft.remember({
    firedJoins: [...draft.memory.firedJoins, { stepName: token.stepName, edges }],
  });
  if (!rule.cancelOthers) return;
  const open = emptyEdges(draft, token.stepName, edges);
  const others = draft.outerTokens.filter(
    (other) => other.executionId !== token.executionId && canReach(draft, other, open),
  );
  for (const other of others) {
    const reason = `'${token.stepName}' went on without this branch`;
    if (isOpenGroup(other)) cancelMembers(draft, other.executionId, reason);
    draft.cancel(other, reason);
  }
}

/** J4: whether the token belongs to a round that has started already; then it ends here. */
function isAbsorbed(draft: Draft, stepName: string, edge: EdgeIndex): boolean {
  const { firedJoins } = draft.memory;
  const round = firedJoins.find(
    (fired) => fired.stepName === stepName && !fired.edges.includes(edge),
  );
  if (round === undefined) return false;
  draft.remember({
    firedJoins: firedJoins.map((fired) =>
      fired === round ? { stepName, edges: [...fired.edges, edge] } : fired,
    ),
  });
  return true;
}

/** A round is over when no token can come over an edge that is still empty. */
function forgetClosedRounds(draft: Draft): void {
  const { firedJoins } = draft.memory;
  if (firedJoins.length === 0) return;
  const isOpen = ({ stepName, edges }: FiredJoin) => {
    const empty = emptyEdges(draft, stepName, edges);
    return draft.outerTokens.some((token) => canReach(draft, token, empty));
  };
  const open = firedJoins.filter(isOpen);
  if (open.length < firedJoins.length) draft.remember({ firedJoins: open });
}

function nothingCanCome(draft: Draft, join: PendingToken): boolean {
  const filled = join.arrivals.map((arrival) => arrival.edge);
  const empty = emptyEdges(draft, join.stepName, filled);
  return draft.outerTokens
    .filter((token) => token.executionId !== join.executionId)
    .every((token) => !canReach(draft, token, empty));
}

function emptyEdges(draft: Draft, stepName: string, filled: readonly EdgeIndex[]): EdgeIndex[] {
  return draft.graph.forwardIncoming(stepName).filter((edge) => !filled.includes(edge));
}

function canReach(draft: Draft, token: Token, edges: readonly EdgeIndex[]): boolean {
  const reach = draft.graph.forwardReach(token.stepName);
  return edges.some((edge) => reach.has(edge));
}

function isPendingAt(token: Token, stepName: string): token is PendingToken {
  return token.status === "pending" && token.pendingFor === "join" && token.stepName === stepName;
}
