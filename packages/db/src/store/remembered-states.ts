import type { InstanceId, InstanceState, RunningToken, Token } from "@drover/engine";

/**
 * The states of instances as this process has left them, while it decides on one group of events
 * after the other: what a thousand members of a group come to is decided on without reading the group
 * anew each time.
 *
 * Invariants:
 * 1. A remembered state may be out of date. Whoever decides on one commits under its version, under
 *    which nothing is written then, and reads.
 * 2. Kept is what reading would give: the tokens of the workflow itself and the groups. Members are
 *    hidden; those that end bring their tokens along.
 */
export class RememberedStates {
  readonly #states = new Map<InstanceId, InstanceState>();

  /** @param state as it was after a commit */
  remember(state: InstanceState): void {
    if (isGrouped(state)) this.#states.set(state.id, withoutMembers(state));
    else this.#states.delete(state.id);
  }

  forget(instanceId: InstanceId): void {
    this.#states.delete(instanceId);
  }

  /** @returns the state with these tokens; null where it is not known, or not enough of it */
  recall(instanceId: InstanceId, running: readonly RunningToken[]): InstanceState | null {
    const state = this.#states.get(instanceId);
    if (state === undefined) return null;
    const tokens = new Map(state.tokens.map((token) => [token.executionId, token]));
    let { live, active } = state.hidden;
    for (const token of running) {
      if (!isCounted(tokens.get(token.membership?.groupId ?? token.executionId), token))
        return null;
      if (!tokens.has(token.executionId)) {
        live -= 1;
        active -= 1;
      }
      tokens.set(token.executionId, token);
    }
    return { ...state, tokens: [...tokens.values()], hidden: { live, active } };
  }
}

/** Whether the state has what counts the token's end: its group, or the token itself. */
function isCounted(counting: Token | undefined, token: RunningToken): boolean {
  if (counting === undefined) return false;
  if (token.membership === null) return true;
  if (counting.status !== "waiting" || counting.wait.kind !== "group") return false;
  // Whose turn comes next would have to be read.
  return counting.wait.next >= counting.wait.size;
}

function isGrouped({ tokens }: InstanceState): boolean {
  return tokens.some((token) => token.status === "waiting" && token.wait.kind === "group");
}

function withoutMembers(state: InstanceState): InstanceState {
  const kept = state.tokens.filter(
    (token) =>
      token.membership === null || (token.status === "waiting" && token.wait.kind === "group"),
  );
  const left = state.tokens.length - kept.length;
  const active = (tokens: readonly Token[]) =>
    tokens.filter(({ status }) => status === "scheduled" || status === "running").length;
  return {
    ...state,
    tokens: kept,
    hidden: {
      live: state.hidden.live + left,
      active: state.hidden.active + active(state.tokens) - active(kept),
    },
  };
}
