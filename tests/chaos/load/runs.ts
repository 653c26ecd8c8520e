import type { Chance } from "../../support/chance.ts";
import type { Json } from "../../support/api-shapes.ts";
import { STORMY_KINDS, type StormyRun } from "../../support/workflows/stormy-outcomes.ts";
import { exampleRun, EXAMPLE_KINDS } from "./example-runs.ts";

/** What an instance has to come to, as far as chance does not decide it. */
interface Outcome {
  readonly status: "completed" | "failed";
  /** How often each step came to which status, as `square failed`; null where chance decides. */
  readonly steps: Readonly<Record<string, number>> | null;
  /** What the context has to hold, besides other things. */
  readonly context: Json;
}

/** One instance of the load. */
export interface Run {
  /** Its place among all, from 0. */
  readonly number: number;
  readonly workflow: string;
  readonly input: Json;
  /** Of the flows that are built to be disturbed; the others say what they come to. */
  readonly stormy: StormyRun | null;
  readonly outcome: Outcome | null;
}

/** One in so many is of steps that take long: a fault shall meet some in the middle. */
const LONG_EVERY = 4;

/** Milliseconds for one of three steps. */
const LONG_TAKES = { least: 500, most: 4_000 } as const;

/** How long the steps of other flows take at the most. Milliseconds. */
const SHORT_TAKES = 60;

/** An instance of any kind, drawn. @param recorder where its steps tell what they do */
export function drawRun(number: number, chance: Chance, recorder: string): Run {
  if (number % LONG_EVERY === 0) return longRun(number, chance, recorder);
  return chance.fraction() < 0.5
    ? stormyRun(number, chance, recorder)
    : { number, stormy: null, ...exampleRun(chance.pick(EXAMPLE_KINDS), number, chance) };
}

function longRun(number: number, chance: Chance, recorder: string): Run {
  const takes = chance.whole(LONG_TAKES.least, LONG_TAKES.most);
  const steps = { "long_one succeeded": 1, "long_two succeeded": 1, "long_three succeeded": 1 };
  return {
    number,
    workflow: "chaos_long",
    input: { recorder, takes },
    stormy: null,
    outcome: { status: "completed", steps, context: {} },
  };
}

function stormyRun(number: number, chance: Chance, recorder: string): Run {
  const kind = chance.pick(STORMY_KINDS);
  const breakings = { nested: ["leaf_end", "outer_end"], bookings: ["confirm"] };
  const breaks =
    (kind === "nested" || kind === "bookings") && chance.fraction() < 0.4
      ? chance.pick(breakings[kind])
      : null;
  const stormy = { kind, seed: chance.whole(0, 1_000_000), items: chance.whole(0, 12), breaks };
  const { seed, items } = stormy;
  const takes = chance.whole(1, SHORT_TAKES);
  return {
    number,
    workflow: `stormy_${kind}`,
    input: { recorder, takes, seed, items, ...(breaks === null ? {} : { breaks }) },
    stormy,
    outcome: null,
  };
}

/** What shows that work flows: one step. */
export function probe(number: number, recorder: string): Run {
  return {
    number,
    workflow: "chaos_probe",
    input: { recorder, takes: 0 },
    stormy: null,
    outcome: { status: "completed", steps: { "flow succeeded": 1 }, context: {} },
  };
}
