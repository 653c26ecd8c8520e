import type { GroupStructure } from "../definition/structure.ts";
import { PayloadTooLargeError } from "../errors.ts";
import type { ExecutionId } from "../ids.ts";
import type { JsonValue } from "../json.ts";
import { jsonSize } from "../json-size.ts";
import { LARGEST_GROUP_RESULTS } from "../payload-limits.ts";
import type { GroupRequest, StepError } from "../state/events.ts";
import {
  CALLBACK_INDEX,
  NO_EDGE,
  type GroupWait,
  type Membership,
  type Token,
  type WaitingToken,
} from "../state/instance-state.ts";
import type { Draft } from "./draft.ts";

/*
 * Groups. Invariants:
 *
 * G1. A group waits from its first run until its members have ended, and is then woken once.
 * G2. Every member is a token of its own; what ends one of them tells its group, and no one else.
 * G3. `ended` counts members, not tries: a member that is retried or waits has not ended.
 * G4. A group that is woken, canceled or failed has no live member left.
 */

/** What a member came to, as far as its group cares. */
export type MemberEnding =
  | { readonly kind: "succeeded"; readonly result: JsonValue }
  /** Skipped, or failed and handled: it has ended, and nothing has been won. */
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly error: StepError };

interface GroupToken extends WaitingToken {
  readonly wait: GroupWait;
}

/** A group begins: its members are put down, and it waits for them. */
export function openGroup(draft: Draft, token: Token, request: GroupRequest): void {
  const structure = structureOf(draft, token);
  const size = request.items?.length ?? (request.chosen === null ? structure.members.length : 1);
  const atOnce = membersAtOnce(structure, size);
  // Only members of a map wait for their turn; a sequence puts each down when the one before ends.
  const next = structure.kind === "map" ? atOnce : size;
  const wait: GroupWait = { kind: "group", size, ended: 0, next, lastError: null };
  const group: GroupToken = { ...draft.park(token, wait), wait };
  if (request.items !== null) {
    for (const [index, item] of request.items.entries()) {
      const pendingFor = index < atOnce ? null : "turn";
      const [stepName] = structure.members;
      draft.place({
        stepName: stepName ?? "",
        arrivals: [],
        pendingFor,
        item,
        membership: membershipIn(group, index),
      });
    }
  } else if (request.chosen !== null) {
    placeMember(draft, group, request.chosen, token.arrivals);
  } else {
    for (let index = 0; index < atOnce; index += 1) {
      placeMember(draft, group, index, token.arrivals);
    }
  }
  if (size === 0) finish(draft, group, structure);
}

/** G2: a member has ended; goes on with the group. */
export function memberEnded(draft: Draft, member: Token, ending: MemberEnding): void {
  const group = groupOf(draft, member.membership);
  if (group === undefined) return;
  const structure = structureOf(draft, group);
  if (member.membership?.index === CALLBACK_INDEX) {
    return wakeGroup(draft, group, ending.kind === "failed" ? ending.error : null);
  }
  const counted = count(draft, group, ending);
  const { wait } = counted;
  if ((wait.resultSize ?? 0) > LARGEST_GROUP_RESULTS) {
    return failGroup(draft, counted, tooLarge(group), "the group's results are too large");
  }
  switch (structure.kind) {
    case "race":
      if (ending.kind === "succeeded") return endRace(draft, counted);
      if (wait.ended === wait.size) wakeGroup(draft, counted, wait.lastError);
      return undefined;
    case "sequence":
      if (ending.kind === "failed") return wakeGroup(draft, counted, ending.error);
      if (wait.ended === wait.size) return wakeGroup(draft, counted, null);
      return placeMember(draft, counted, wait.ended, [
        { edge: NO_EDGE, executionId: member.executionId },
      ]);
    case "conditional":
      return wakeGroup(draft, counted, ending.kind === "failed" ? ending.error : null);
    case "parallel":
    case "map":
      if (ending.kind === "failed" && structure.onFailure === "fail-fast") {
        return failGroup(draft, counted, ending.error, `step '${member.stepName}' failed`);
      }
      return wait.ended === wait.size
        ? finish(draft, counted, structure)
        : nextTurn(draft, counted);
  }
}

/** Ends all that is live inside a group, as before the group itself is left. */
export function cancelMembers(draft: Draft, groupId: ExecutionId, reason: string): void {
  for (const member of draft.membersOf(groupId)) draft.cancel(member, reason);
}

/** Whether the step waits for members. */
export function isOpenGroup(token: Token): token is GroupToken {
  return token.status === "waiting" && token.wait.kind === "group";
}

function structureOf(draft: Draft, { stepName }: Token): GroupStructure {
  const { group } = draft.graph.step(stepName);
  // Events come from runs of the step's own code: only groups ask for members.
  return group ?? { kind: "sequence", members: [] };
}

function groupOf(draft: Draft, membership: Membership | null): GroupToken | undefined {
  const token = membership === null ? undefined : draft.token(membership.groupId);
  return token !== undefined && isOpenGroup(token) ? token : undefined;
}

function membersAtOnce(structure: GroupStructure, size: number): number {
  if (structure.kind === "sequence") return Math.min(1, size);
  if (structure.kind === "map") return Math.min(structure.concurrency ?? size, size);
  return size;
}

function placeMember(
  draft: Draft,
  group: GroupToken,
  index: number,
  arrivals: Token["arrivals"],
): void {
  const stepName = structureOf(draft, group).members[index] ?? "";
  draft.place({ stepName, arrivals, membership: membershipIn(group, index) });
}

/** Members work on the item that their group works on; those of a map have one of their own. */
function membershipIn({ executionId, membership }: Token, index: number): Membership {
  return { groupId: executionId, index, itemId: membership?.itemId ?? null };
}

function count(draft: Draft, group: GroupToken, ending: MemberEnding): GroupToken {
  const wait = {
    ...group.wait,
    ended: group.wait.ended + 1,
    resultSize: (group.wait.resultSize ?? 0) + sizeOf(ending),
    lastError: ending.kind === "failed" ? ending.error : group.wait.lastError,
  };
  return { ...draft.updateWait(group, wait), wait };
}

/** What is kept of a member, for its group to read when it goes on. */
function sizeOf(ending: MemberEnding): number {
  switch (ending.kind) {
    case "succeeded":
      return jsonSize(ending.result);
    case "failed":
      return jsonSize({ ...ending.error });
    case "passed":
      return 0;
  }
}

/** Read at once, more would be beyond what Postgres can tell, and the group could never go on. */
function tooLarge({ stepName }: GroupToken): StepError {
  const where = `what the members of group '${stepName}' came to together`;
  const { name, message } = new PayloadTooLargeError(where, LARGEST_GROUP_RESULTS);
  return { type: name, message, stack: null, cause: null };
}

/** One member of a map has ended: the next one's turn has come. */
function nextTurn(draft: Draft, group: GroupToken): void {
  const { next, size } = group.wait;
  if (next >= size) return;
  const waiting = draft.tokens.find(
    (token) => token.membership?.groupId === group.executionId && token.membership.index === next,
  );
  if (waiting?.status !== "pending") return draft.demandAllTokens();
  draft.release(waiting);
  draft.updateWait(group, { ...group.wait, next: next + 1 });
}

/** All members have ended: the callback's turn, or the group's own. */
function finish(draft: Draft, group: GroupToken, structure: GroupStructure): void {
  const callback = "callback" in structure ? structure.callback : null;
  if (callback === null) return wakeGroup(draft, group, null);
  draft.place({
    stepName: callback,
    arrivals: [],
    membership: membershipIn(group, CALLBACK_INDEX),
  });
}

function endRace(draft: Draft, group: GroupToken): void {
  if (group.wait.ended < group.wait.size) {
    cancelMembers(draft, group.executionId, "another member of the race was first");
  }
  wakeGroup(draft, group, null);
}

function failGroup(draft: Draft, group: GroupToken, error: StepError, reason: string): void {
  if (group.wait.ended < group.wait.size) {
    cancelMembers(draft, group.executionId, reason);
  }
  wakeGroup(draft, group, error);
}

function wakeGroup(draft: Draft, group: GroupToken, error: StepError | null): void {
  draft.wake(group, { kind: "group", error });
}
