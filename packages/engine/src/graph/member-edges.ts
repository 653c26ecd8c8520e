import type { GroupStructure, WorkflowStructure } from "../definition/structure.ts";

/** A way that leads from one step to another inside of a group. */
export interface MemberEdge {
  /** A member, or the group itself where it chooses among its members. */
  readonly source: string;
  readonly target: string;
  /** The key of a branch; null where the way is always taken. */
  readonly condition: string | null;
}

/** The ways inside of one group: nobody writes them, they follow from its kind. */
export function memberEdgesOf(groupName: string, group: GroupStructure): MemberEdge[] {
  const { members } = group;
  switch (group.kind) {
    case "sequence":
      return members
        .slice(1)
        .map((target, index) => ({ source: members[index] ?? "", target, condition: null }));
    case "conditional":
      return members.map((target, index) => ({
        source: groupName,
        target,
        condition: group.keys[index] ?? null,
      }));
    case "parallel":
    case "map": {
      const { callback } = group;
      if (callback === null) return [];
      return members.map((source) => ({ source, target: callback, condition: null }));
    }
    case "race":
      return [];
  }
}

/** The ways inside of all groups of a workflow, in the order of the groups. */
export function memberEdges({ steps }: WorkflowStructure): MemberEdge[] {
  return steps.flatMap(({ name, group }) =>
    group === undefined ? [] : memberEdgesOf(name, group),
  );
}
