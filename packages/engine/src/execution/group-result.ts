import type { GroupStructure } from "../definition/structure.ts";
import type { JsonValue } from "../json.ts";
import { CALLBACK_INDEX } from "../state/instance-state.ts";
import type { MemberRecord } from "../store.ts";

/** What a group came to, from what its members came to: see each kind of group. */
export function groupResult(group: GroupStructure, members: readonly MemberRecord[]): JsonValue {
  switch (group.kind) {
    case "sequence":
      return inOrder(members).at(-1)?.result ?? null;
    case "conditional":
      return members[0]?.result ?? null;
    case "race":
      return members.find((member) => member.status === "succeeded")?.result ?? null;
    case "parallel":
    case "map":
      return group.callback === null
        ? memberResults(group, members)
        : (members.find((member) => member.index === CALLBACK_INDEX)?.result ?? null);
  }
}

/**
 * The list that a callback gets: results in declared order; where errors are collected, what became
 * of each.
 */
export function memberResults(group: GroupStructure, members: readonly MemberRecord[]): JsonValue {
  const collects = "onFailure" in group && group.onFailure === "collect";
  return inOrder(members).map((member) => (collects ? collected(member) : member.result));
}

function collected({ status, result, error }: MemberRecord): JsonValue {
  if (error === null) return { status, result };
  return { status, error: { type: error.type, message: error.message } };
}

function inOrder(members: readonly MemberRecord[]): MemberRecord[] {
  return members
    .filter((member) => member.index !== CALLBACK_INDEX)
    .toSorted((left, right) => left.index - right.index);
}
