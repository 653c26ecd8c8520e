import { failsForGood, SUM_ROUNDS, TRIES } from "./stormy-steps.ts";

/*
 * What the workflows of stormy-work.ts have to come to, whatever happens to the processes that
 * carry them on.
 */

export const STORMY_KINDS = [
  "map",
  "people",
  "race",
  "signals",
  "nested",
  "bookings",
  "joins",
  "steered",
  "sums",
] as const;

/** One instance of the storm. */
export interface StormyRun {
  readonly kind: (typeof STORMY_KINDS)[number];
  readonly seed: number;
  /** Of a map. */
  readonly items: number;
  /** The step that fails whatever is tried; null for none. */
  readonly breaks: string | null;
}

interface StormyOutcome {
  readonly status: "completed" | "failed";
  readonly output: unknown;
  /** How often each step came to which status, as `square failed`. */
  readonly steps: Readonly<Record<string, number>>;
}

/** Which of these came in time for the quorum is up to chance. */
export const VOTES: ReadonlySet<string> = new Set(["vote_one", "vote_two", "vote_three"]);

/** Pure steps: nobody is told what they do, but the total says how often they counted. */
const ADDING = ["add_one", "add_by_luck", "add_slowly", "add_last"] as const;
export const SILENT: ReadonlySet<string> = new Set(ADDING);

export const BOOKINGS = ["hotel", "flight", "car"] as const;

const succeeded = (...names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [`${name} succeeded`, 1]));

const completed = (output: unknown, steps: StormyOutcome["steps"]): StormyOutcome => ({
  status: "completed",
  output,
  steps,
});

/** What an instance comes to; null for failed bookings, whose number is up to chance. */
export function stormyOutcome(run: StormyRun): StormyOutcome | null {
  switch (run.kind) {
    case "map":
      return mapped(run);
    case "people":
      return asked(run);
    case "race":
      return completed("arrive_first", {
        ...succeeded("race", "runner", "start_run", "run", "arrive_first", "after_race"),
        "never_asked canceled": 1,
        "far_off canceled": 1,
      });
    case "signals":
      return completed(
        [`early ${run.seed}`, `late ${run.seed}`],
        succeeded("settle_down", "early", "late", "never", "timed_out"),
      );
    case "nested":
      return nested(run);
    case "bookings":
      if (BOOKINGS.some((name) => failsForGood(run.seed, name))) return null;
      return run.breaks === null
        ? completed("confirm", succeeded("open", ...BOOKINGS, "book_all", "confirm"))
        : null;
    case "joins":
      return completed("after_joins", {
        ...succeeded("fork", "quorum", "left", "right", "either", "after_joins"),
        "vote_never canceled": 1,
      });
    case "steered": {
      const between = failsForGood(run.seed, "between") ? "between failed" : "between succeeded";
      return completed("after", {
        ...succeeded("before", "pausable", "after"),
        [between]: 1,
        "optional skipped": 1,
      });
    }
    case "sums":
      return summed(run);
  }
}

function mapped({ seed, items }: StormyRun): StormyOutcome {
  const results = Array.from({ length: items }, (_, item) =>
    failsForGood(seed, "square", item)
      ? {
          status: "failed",
          error: { type: "Error", message: `square: bad luck at try ${TRIES}` },
        }
      : { status: "succeeded", result: item ** 2 },
  );
  const good = results.filter(({ status }) => status === "succeeded").length;
  const counts = {
    "take succeeded": items,
    "square succeeded": good,
    "pass_on succeeded": good,
    "item_steps succeeded": good,
    "square failed": items - good,
    "item_steps failed": items - good,
  };
  return completed(results, {
    ...succeeded("each", "collect_all", "after_map"),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
  });
}

function asked({ seed }: StormyRun): StormyOutcome {
  const innerOne = failsForGood(seed, "inner_one") ? "inner_one failed" : "inner_one succeeded";
  const groups = ["together", "machines", "inner", "inner_all", "all_answers", "after_people"];
  const members = ["ask_one", "ask_two", "first", "inner_wait", "inner_three", "wait", "fourth"];
  return completed([{ answer: "ask_one" }, { answer: "ask_two" }, "fourth"], {
    ...succeeded(...groups, ...members),
    [innerOne]: 1,
  });
}

function summed({ seed }: StormyRun): StormyOutcome {
  const hasLuck = !failsForGood(seed, "add_by_luck");
  const adding = ADDING.filter((name) => hasLuck || name !== "add_by_luck");
  return completed(SUM_ROUNDS * adding.length, {
    ...succeeded("open_sum", "close_sum"),
    ...Object.fromEntries(
      [...adding, "sum_again"].map((name) => [`${name} succeeded`, SUM_ROUNDS]),
    ),
    ...(hasLuck ? {} : { "add_by_luck failed": SUM_ROUNDS }),
  });
}

/** What had been done outside of the broken workflow is undone: its step runs once more. */
function nested({ seed, breaks }: StormyRun): StormyOutcome {
  if (breaks === "leaf_end" || failsForGood(seed, "leaf_work")) {
    const steps = { "outer_book succeeded": 2, "middle failed": 1 };
    return { status: "failed", output: null, steps };
  }
  if (breaks === "outer_end") {
    const steps = { "outer_book succeeded": 2, "middle succeeded": 1, "outer_end failed": 1 };
    return { status: "failed", output: null, steps };
  }
  return completed(2 * seed + 1, succeeded("outer_book", "middle", "outer_end"));
}
