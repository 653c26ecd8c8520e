import { setTimeout as pause } from "node:timers/promises";
import {
  ExclusiveGateway,
  HumanStep,
  MapGroup,
  ParallelGroup,
  RaceGroup,
  SequentialGroup,
  SignalStep,
  SubWorkflowStep,
  TimerStep,
  WorkflowDefinition,
} from "@drover/engine";
import {
  plain,
  shaky,
  silent,
  silentShaky,
  SUM_ROUNDS,
  undo,
  type Stormy,
  type StormyContext,
} from "./stormy-steps.ts";

/*
 * Work for the storm of tests/faults/flow-under-faults.test.ts: every kind of flow. What each comes
 * to stands in stormy-outcomes.ts.
 */

const VERSION = "1.0.0";

const chain = (...names: readonly string[]) =>
  names.slice(1).map((target, index) => ({ source: names[index] ?? "", target }));

const define = (
  name: string,
  steps: ConstructorParameters<typeof WorkflowDefinition<Stormy>>[0]["steps"],
  edges: readonly { readonly source: string; readonly target: string }[],
  initialStep: string,
) => new WorkflowDefinition<Stormy>({ name, version: VERSION, steps, edges, initialStep });

const previous = (context: StormyContext) => context.get("_previous_result");

/** Sequences in a map that collects, three at a time, with a callback. */
export const stormyMap = define(
  "stormy_map",
  [
    new MapGroup<Stormy>({
      name: "each",
      items: (context) => Array.from({ length: context.get("items", 0) }, (_, item) => item),
      concurrency: 3,
      onFailure: "collect",
      step: new SequentialGroup<Stormy>({
        name: "item_steps",
        steps: [
          plain("take", (context) => context.item),
          shaky("square", (context) => Number(context.item) ** 2),
          plain("pass_on", previous),
        ],
      }),
      callback: plain("collect_all", (context) => {
        context.set("doubled", 2);
        return previous(context);
      }),
    }),
    plain("after_map", previous),
  ],
  chain("each", "after_map"),
  "each",
);

/** People beside machines, and groups of three within each other. */
export const stormyPeople = define(
  "stormy_people",
  [
    new ParallelGroup<Stormy>({
      name: "together",
      steps: [
        new HumanStep<Stormy>({ name: "ask_one", title: "One" }),
        new HumanStep<Stormy>({ name: "ask_two", title: "Two" }),
        new SequentialGroup<Stormy>({
          name: "machines",
          steps: [
            plain("first"),
            new ParallelGroup<Stormy>({
              name: "inner",
              steps: [
                shaky("inner_one", undefined, { onFailure: () => {} }),
                new TimerStep<Stormy>({ name: "inner_wait", duration: 150 }),
                plain("inner_three"),
              ],
              callback: plain("inner_all", (context) => [previous(context)]),
            }),
            new TimerStep<Stormy>({ name: "wait", duration: 100 }),
            plain("fourth"),
          ],
        }),
      ],
      callback: plain("all_answers", previous),
    }),
    plain("after_people", previous),
  ],
  chain("together", "after_people"),
  "together",
);

/** A race of a person, a clock and a machine, and then one that a machine wins. */
export const stormyRace = define(
  "stormy_race",
  [
    new RaceGroup<Stormy>({
      name: "race",
      steps: [
        new HumanStep<Stormy>({ name: "never_asked", title: "Nobody answers" }),
        new TimerStep<Stormy>({ name: "far_off", duration: { hours: 1 } }),
        new SequentialGroup<Stormy>({
          name: "runner",
          steps: [
            plain("start_run"),
            new TimerStep<Stormy>({ name: "run", duration: 200 }),
            plain("arrive_first"),
          ],
        }),
      ],
    }),
    plain("after_race", previous),
  ],
  chain("race", "after_race"),
  "race",
);

/** A signal that comes early, one that comes late and one that never comes. */
export const stormySignals = define(
  "stormy_signals",
  [
    new TimerStep<Stormy>({ name: "settle_down", duration: 200 }),
    new SignalStep<Stormy>({ name: "early" }),
    new SignalStep<Stormy>({ name: "late" }),
    new SignalStep<Stormy>({ name: "never", timeout: 200, onTimeout: "timed_out" }),
    plain("not_timed_out"),
    plain("timed_out", (context) => [context.result("early"), context.result("late")]),
  ],
  [
    ...chain("settle_down", "early", "late", "never", "not_timed_out"),
    { source: "never", target: "timed_out" },
  ],
  "settle_down",
);

export const stormyLeaf = define(
  "stormy_leaf",
  [
    shaky("leaf_work"),
    new TimerStep<Stormy>({ name: "leaf_wait", duration: 100 }),
    plain("leaf_end", (context) => context.get("seed", 0) * 2),
  ],
  chain("leaf_work", "leaf_wait", "leaf_end"),
  "leaf_work",
);

export const stormyMiddle = define(
  "stormy_middle",
  [
    new SubWorkflowStep<Stormy>({ name: "leaf", workflow: "stormy_leaf", input: (c) => c.data }),
    plain("middle_end", (context) => Number(previous(context)) + 1),
  ],
  chain("leaf", "middle_end"),
  "leaf",
);

/** Other workflows, two deep; what it did itself it undoes when they fail. */
export const stormyNested = define(
  "stormy_nested",
  [
    plain("outer_book", undefined, { compensate: (context) => undo(context) }),
    new SubWorkflowStep<Stormy>({
      name: "middle",
      workflow: "stormy_middle",
      input: (c) => c.data,
    }),
    plain("outer_end", previous),
  ],
  chain("outer_book", "middle", "outer_end"),
  "outer_book",
);

/** Bookings side by side that are undone when the last step breaks. */
export const stormyBookings = define(
  "stormy_bookings",
  [
    plain("open"),
    ...["hotel", "flight", "car"].map((name) => shaky(name, undefined, { compensate: undo })),
    plain("book_all", previous),
    plain("confirm"),
  ],
  [
    ...["hotel", "flight", "car"].flatMap((name) => chain("open", name, "book_all")),
    ...chain("book_all", "confirm"),
  ],
  "open",
);

/** Four branches: two of them make a quorum, the others are canceled; then any of two. */
export const stormyJoins = define(
  "stormy_joins",
  [
    plain("fork"),
    plain("vote_one"),
    shaky("vote_two", undefined, { onFailure: () => {} }),
    plain("vote_three"),
    new HumanStep<Stormy>({ name: "vote_never", title: "Nobody votes" }),
    plain("quorum", undefined, { join: { count: 2, cancelOthers: true } }),
    plain("left"),
    new TimerStep<Stormy>({ name: "right", duration: 150 }),
    plain("either", undefined, { join: "any" }),
    plain("after_joins"),
  ],
  [
    ...["vote_one", "vote_two", "vote_three", "vote_never"].flatMap((name) =>
      chain("fork", name, "quorum"),
    ),
    ...["left", "right"].flatMap((name) => chain("quorum", name, "either")),
    ...chain("either", "after_joins"),
  ],
  "fork",
);

/** Is paused, resumed and has a person skipped by the test. */
export const stormySteered = define(
  "stormy_steered",
  [
    plain("before"),
    new TimerStep<Stormy>({ name: "pausable", duration: 300 }),
    shaky("between", undefined, { onFailure: () => {} }),
    new HumanStep<Stormy>({ name: "optional", title: "Skipped" }),
    plain("after"),
  ],
  chain("before", "pausable", "between", "optional", "after"),
  "before",
);

/** Milliseconds: longer than a step may take that runs ahead. */
const SLOWLY = 15;

const add = (context: StormyContext) => {
  context.set("total", context.get("total", 0) + 1);
};

/** Pure steps in a loop, some of which fail or are slow, between two that are not pure: each adds one. */
export const stormySums = define(
  "stormy_sums",
  [
    plain("open_sum"),
    silent("add_one", add),
    silentShaky("add_by_luck", add, { onFailure: () => {} }),
    silent("add_slowly", async (context) => {
      if (context.get("seed", 0) % 4 === 0) await pause(SLOWLY);
      add(context);
    }),
    silent("add_last", add),
    new ExclusiveGateway<Stormy>({
      name: "sum_again",
      pure: true,
      condition: (context) =>
        context.stepHistory.filter(({ stepName }) => stepName === "add_last").length < SUM_ROUNDS
          ? "add_one"
          : "close_sum",
    }),
    plain("close_sum", (context) => context.get("total")),
  ],
  [
    ...chain("open_sum", "add_one", "add_by_luck", "add_slowly", "add_last", "sum_again"),
    { source: "sum_again", target: "add_one" },
    { source: "sum_again", target: "close_sum" },
  ],
  "open_sum",
);
