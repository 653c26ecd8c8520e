import type { WorkflowContext } from "../context/workflow-context.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { checkOptions, Step, type StepOptions } from "./step.ts";
import type { GroupFailureRule, GroupStructure } from "./structure.ts";

/** Steps by name, or in a list where each has its own name. */
export type GroupSteps<Data extends object = JsonObject> =
  | Readonly<Record<string, Step<Data>>>
  | readonly Step<Data>[];

/** A step inside a group, under the name that it has in the whole workflow. */
export interface GroupMember<Data extends object = JsonObject> {
  readonly name: string;
  readonly step: Step<Data>;
}

/**
 * Steps that stand together as one step of a workflow. Each member is a token of its own, on any
 * worker, and may wait for people, timers and callbacks; groups may hold groups. When its members
 * have ended, the group's own `execute` runs; by default it returns what they have come to.
 */
export abstract class StepGroup<Data extends object = JsonObject> extends Step<Data> {
  readonly stepType = "group";

  /** @throws WorkflowValidationError when the options are no object: a group has nothing without */
  constructor(options: StepOptions<Data>) {
    checkOptions(new.target.name, options);
    super(options);
  }

  /**
   * The steps inside, in declared order.
   * @param groupName the group's name in the workflow, from which missing names are made
   */
  abstract members(groupName: string): readonly GroupMember<Data>[];

  /** The step that gets what the members have come to; null for none. */
  callbackMember(_groupName: string): GroupMember<Data> | null {
    return null;
  }

  /** The group as data. */
  abstract groupStructure(groupName: string): GroupStructure;

  protected executeByDefault(context: WorkflowContext<Data>): JsonValue {
    return context.submission;
  }
}

/** Options of groups whose members run side by side. */
export interface FanOutOptions<Data extends object> extends Omit<StepOptions<Data>, "onFailure"> {
  /** Runs when all members have ended and gets the list of their results (a chord). */
  readonly callback?: Step<Data>;
  /** What a failed member does (`fail-fast` unless given), or the hook that every step has. */
  readonly onFailure?: GroupFailureRule | StepOptions<Data>["onFailure"];
}

/** What groups with members side by side have in common. */
export abstract class FanOutGroup<Data extends object = JsonObject> extends StepGroup<Data> {
  readonly callback: Step<Data> | null;
  readonly failureRule: GroupFailureRule;

  constructor(options: FanOutOptions<Data>) {
    checkOptions(new.target.name, options);
    const { onFailure, ...rest } = options;
    super(typeof onFailure === "function" ? { ...rest, onFailure } : rest);
    this.callback = options.callback ?? null;
    this.failureRule = typeof onFailure === "function" ? "fail-fast" : (onFailure ?? "fail-fast");
  }

  override callbackMember(groupName: string): GroupMember<Data> | null {
    if (this.callback === null) return null;
    return { name: this.callback.name || `${groupName}_callback`, step: this.callback };
  }
}

/** Members under the names they have in the workflow. */
export function namedMembers<Data extends object>(steps: GroupSteps<Data>): GroupMember<Data>[] {
  // Array.isArray does not narrow readonly arrays; the type says which of the two it is.
  const list: readonly Step<Data>[] | null = Array.isArray(steps) ? steps : null;
  return list === null
    ? Object.entries(steps).map(([name, step]) => ({ name, step }))
    : list.map((step) => ({ name: step.name, step }));
}
