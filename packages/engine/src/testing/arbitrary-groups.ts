import fc from "fast-check";
import type { GroupFailureRule, GroupStructure, StepStructure } from "../definition/structure.ts";

/** A group as it is drawn by lot: its members are steps (null) and groups, nested. */
export type RandomGroup =
  | {
      readonly kind: "sequence" | "race" | "conditional";
      readonly members: readonly RandomMember[];
    }
  | {
      readonly kind: "parallel" | "map";
      readonly members: readonly RandomMember[];
      readonly hasCallback: boolean;
      readonly onFailure: GroupFailureRule;
      /** Maps alone. */
      readonly concurrency: number | null;
    };
type RandomMember = RandomGroup | null;

const failureRules = fc.constantFrom<GroupFailureRule>("fail-fast", "collect");
const numbersAtOnce = fc.option(fc.integer({ min: 1, max: 3 }));

const trees = fc.letrec<{ member: RandomMember; group: RandomGroup }>((tie) => {
  const members = fc.array(tie("member"), { minLength: 1, maxLength: 3 });
  return {
    member: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: tie("group") },
    ),
    group: fc.oneof(
      fc
        .tuple(
          fc.constantFrom("sequence" as const, "race" as const, "conditional" as const),
          members,
        )
        .map(([kind, inside]): RandomGroup => ({ kind, members: inside })),
      fc
        .tuple(members, fc.boolean(), failureRules)
        .map(([inside, hasCallback, onFailure]): RandomGroup => {
          return { kind: "parallel", members: inside, hasCallback, onFailure, concurrency: null };
        }),
      fc
        .tuple(tie("member"), fc.boolean(), failureRules, numbersAtOnce)
        .map(([member, hasCallback, onFailure, concurrency]): RandomGroup => {
          return { kind: "map", members: [member], hasCallback, onFailure, concurrency };
        }),
    ),
  };
});

/** Random groups of all kinds, nested. */
export const groups: fc.Arbitrary<RandomGroup> = trees.group;

/**
 * The group and all inside of it as steps of a structure, each behind its group.
 * @param newName names the next step
 */
export function groupSteps(
  group: RandomGroup,
  newName: () => string,
  memberOf?: string,
): [StepStructure, ...StepStructure[]] {
  const name = newName();
  const members = group.members.map((member) =>
    member === null ? [aStep(newName(), name)] : groupSteps(member, newName, name),
  );
  const names = members.map(([first]) => first?.name ?? "");
  const callback = "hasCallback" in group && group.hasCallback ? aStep(newName(), name) : null;
  const step: StepStructure = {
    name,
    type: "group",
    description: "",
    ...(memberOf === undefined ? {} : { memberOf }),
    group: structureOf(group, names, callback?.name ?? null),
  };
  return [step, ...members.flat(), ...(callback === null ? [] : [callback])];
}

function structureOf(
  group: RandomGroup,
  members: readonly string[],
  callback: string | null,
): GroupStructure {
  switch (group.kind) {
    case "sequence":
    case "race":
      return { kind: group.kind, members };
    case "conditional":
      return { kind: "conditional", keys: members.map((_, index) => `key ${index}`), members };
    case "parallel":
      return { kind: "parallel", members, callback, onFailure: group.onFailure };
    case "map": {
      const { onFailure, concurrency } = group;
      const [member = ""] = members;
      return { kind: "map", members: [member], callback, onFailure, concurrency };
    }
  }
}

function aStep(name: string, memberOf: string): StepStructure {
  return { name, type: "machine", description: "", memberOf };
}
