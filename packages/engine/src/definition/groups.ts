import type { WorkflowContext } from "../context/workflow-context.ts";
import { StepContractError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { Step, StepOptions } from "./step.ts";
import {
  FanOutGroup,
  namedMembers,
  StepGroup,
  type FanOutOptions,
  type GroupMember,
  type GroupSteps,
} from "./step-group.ts";
import type { GroupStructure } from "./structure.ts";

type Awaitable<T> = T | Promise<T>;

/** Members in the order in which they run. */
export interface SequentialGroupOptions<
  Data extends object = JsonObject,
> extends StepOptions<Data> {
  readonly steps: GroupSteps<Data>;
}

/** One member after the other; each gets the result of the one before. Its result is the last one's. */
export class SequentialGroup<Data extends object = JsonObject> extends StepGroup<Data> {
  readonly steps: GroupSteps<Data>;

  constructor(options: SequentialGroupOptions<Data>) {
    super(options);
    this.steps = options.steps;
  }

  members(): GroupMember<Data>[] {
    return namedMembers(this.steps);
  }

  groupStructure(): GroupStructure {
    return { kind: "sequence", members: this.members().map(({ name }) => name) };
  }
}

/** Members that run at once, and what becomes of their results. */
export interface ParallelGroupOptions<
  Data extends object = JsonObject,
> extends FanOutOptions<Data> {
  readonly steps: GroupSteps<Data>;
}

/**
 * All members at once. Its result is the list of their results in declared order, or what the
 * callback makes of it. With `onFailure: "collect"` the list holds for each member
 * `{ status: "succeeded", result }` or `{ status: "failed", error }`.
 */
export class ParallelGroup<Data extends object = JsonObject> extends FanOutGroup<Data> {
  readonly steps: GroupSteps<Data>;

  constructor(options: ParallelGroupOptions<Data>) {
    super(options);
    this.steps = options.steps;
  }

  members(): GroupMember<Data>[] {
    return namedMembers(this.steps);
  }

  groupStructure(groupName: string): GroupStructure {
    return {
      kind: "parallel",
      members: this.members().map(({ name }) => name),
      callback: this.callbackMember(groupName)?.name ?? null,
      onFailure: this.failureRule,
    };
  }
}

/** Members of which one runs, and how it is chosen. */
export interface ConditionalGroupOptions<
  Data extends object = JsonObject,
> extends StepOptions<Data> {
  /** Returns the key of the branch to run; a key without a branch runs none. */
  condition(context: WorkflowContext<Data>): Awaitable<string>;
  /** Branches by key; a step's own name counts, else `<group>_<key>`. */
  readonly branches: Readonly<Record<string, Step<Data>>>;
}

/** One of its branches. Its result is the branch's, or null where no branch has the key. */
export class ConditionalGroup<Data extends object = JsonObject> extends StepGroup<Data> {
  readonly branches: Readonly<Record<string, Step<Data>>>;
  readonly #options: ConditionalGroupOptions<Data>;

  constructor(options: ConditionalGroupOptions<Data>) {
    super(options);
    this.branches = options.branches;
    this.#options = options;
  }

  /** The key of the branch to run. */
  condition(context: WorkflowContext<Data>): Awaitable<string> {
    return this.#options.condition(context);
  }

  members(groupName: string): GroupMember<Data>[] {
    return Object.entries(this.branches).map(([key, step]) => ({
      name: step.name || `${groupName}_${key}`,
      step,
    }));
  }

  groupStructure(groupName: string): GroupStructure {
    return {
      kind: "conditional",
      keys: Object.keys(this.branches),
      members: this.members(groupName).map(({ name }) => name),
    };
  }
}

/** Members of which the first to succeed counts. */
export interface RaceGroupOptions<Data extends object = JsonObject> extends StepOptions<Data> {
  readonly steps: GroupSteps<Data>;
}

/**
 * All members at once; the first to succeed wins and the others are canceled. Its result is the
 * winner's. It fails when every member has failed.
 */
export class RaceGroup<Data extends object = JsonObject> extends StepGroup<Data> {
  readonly steps: GroupSteps<Data>;

  constructor(options: RaceGroupOptions<Data>) {
    super(options);
    this.steps = options.steps;
  }

  members(): GroupMember<Data>[] {
    return namedMembers(this.steps);
  }

  groupStructure(): GroupStructure {
    return { kind: "race", members: this.members().map(({ name }) => name) };
  }
}

/** A list, the member that runs for each of its items, and how many at once. */
export interface MapGroupOptions<Data extends object = JsonObject> extends FanOutOptions<Data> {
  /** The list to run over, at the most 20,000 JSON values. */
  items?(context: WorkflowContext<Data>): Awaitable<readonly unknown[]>;
  /** Runs once for every item (`ctx.item`, `ctx.itemIndex`); a step or a group. */
  readonly step: Step<Data>;
  /** How many items run at once; all of them unless given. */
  readonly concurrency?: number;
}

/** One run of its step for every item. Its result is as a `ParallelGroup`'s, in the items' order. */
export class MapGroup<Data extends object = JsonObject> extends FanOutGroup<Data> {
  readonly step: Step<Data>;
  readonly concurrency: number | null;
  readonly #options: MapGroupOptions<Data>;

  constructor(options: MapGroupOptions<Data>) {
    super(options);
    this.#options = options;
    this.step = options.step;
    this.concurrency = options.concurrency ?? null;
  }

  items(context: WorkflowContext<Data>): Awaitable<readonly unknown[]> {
    if (this.#options.items === undefined) {
      throw new StepContractError(this.name, "needs items()");
    }
    return this.#options.items(context);
  }

  members(groupName: string): GroupMember<Data>[] {
    return [{ name: this.step.name || `${groupName}_item`, step: this.step }];
  }

  groupStructure(groupName: string): GroupStructure {
    return {
      kind: "map",
      members: [this.step.name || `${groupName}_item`],
      callback: this.callbackMember(groupName)?.name ?? null,
      onFailure: this.failureRule,
      concurrency: this.concurrency,
    };
  }
}
