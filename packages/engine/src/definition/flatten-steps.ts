import type { Step } from "./step.ts";
import { StepGroup } from "./step-group.ts";

/** All steps of a workflow, those inside of groups right behind their group. */
export interface FlatSteps<Data extends object> {
  readonly steps: ReadonlyMap<string, Step<Data>>;
  /** Names of members, with the group that each belongs to. */
  readonly memberOf: ReadonlyMap<string, string>;
  /** Names that more than one step has. */
  readonly duplicates: readonly string[];
}

/** Unfolds groups within groups. A step has one name in all of the workflow. */
export function flattenSteps<Data extends object>(
  outer: Iterable<readonly [string, Step<Data>]>,
): FlatSteps<Data> {
  const steps = new Map<string, Step<Data>>();
  const memberOf = new Map<string, string>();
  const duplicates: string[] = [];
  const add = (name: string, step: Step<Data>, group: string | null) => {
    if (steps.has(name)) {
      duplicates.push(name);
      return;
    }
    steps.set(name, step);
    if (group !== null) memberOf.set(name, group);
    if (!(step instanceof StepGroup)) return;
    for (const member of step.members(name)) add(member.name, member.step, name);
    const callback = step.callbackMember(name);
    if (callback !== null) add(callback.name, callback.step, name);
  };
  for (const [name, step] of outer) add(name, step, null);
  return { steps, memberOf, duplicates };
}
