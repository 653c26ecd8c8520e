import { parseArgs } from "node:util";
import { expectedArrivals, type Profile, PROFILES } from "../arrivals/profile.ts";
import { ARRIVALS, type ScheduleOrder } from "../arrivals/schedule.ts";
import type { Target } from "../http/drover-client.ts";
import type { JsonObject } from "../http/shapes.ts";
import {
  addressOf,
  ArgumentsError,
  choiceOf,
  durationOf,
  fileOf,
  numberOf,
  objectOf,
} from "./values.ts";

export interface LoadOptions {
  readonly workflow: string;
  readonly version: string | null;
  /** Null: to be made from the schema. */
  readonly input: JsonObject | null;
  readonly schedule: ScheduleOrder;
  readonly seed: number;
  /** Milliseconds to wait for the end of what was started. */
  readonly timeout: number;
  readonly completeTasks: boolean;
  /** Null: to be made from each form. */
  readonly taskData: JsonObject | null;
  /** Milliseconds. */
  readonly targetP95: number;
  /** Null: as the API tells. */
  readonly workers: number | null;
  readonly concurrency: number | null;
  /** Instances whose steps are looked at. */
  readonly sample: number;
}

export interface CommandOptions {
  readonly target: Target;
  /** The correlation id of all that is started. */
  readonly tag: string;
  readonly cleanUp: boolean;
  readonly quiet: boolean;
  readonly json: string | null;
  readonly html: string | null;
  /** Null: nothing is to be started. */
  readonly load: LoadOptions | null;
}

/** What a schedule may hold; all of it is in memory. */
const MOST_ARRIVALS = 2_000_000;

const FLAGS = {
  url: { type: "string" },
  workflow: { type: "string" },
  version: { type: "string" },
  input: { type: "string" },
  rate: { type: "string", default: "10" },
  duration: { type: "string", default: "30s" },
  profile: { type: "string", default: "steady" },
  arrivals: { type: "string", default: "poisson" },
  seed: { type: "string" },
  timeout: { type: "string", default: "60s" },
  connections: { type: "string", default: "256" },
  "complete-tasks": { type: "boolean", default: false },
  "task-data": { type: "string" },
  "target-p95": { type: "string", default: "2s" },
  workers: { type: "string" },
  concurrency: { type: "string" },
  sample: { type: "string", default: "500" },
  json: { type: "string" },
  html: { type: "string" },
  quiet: { type: "boolean", default: false },
  tag: { type: "string" },
  "clean-up": { type: "boolean", default: false },
  "api-key": { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/**
 * @param args without the program's name
 * @param apiKey that of the environment
 * @returns null when somebody asks for help
 * @throws ArgumentsError naming the first flag that is wrong
 */
export function readArguments(
  args: readonly string[],
  apiKey: string | undefined,
): CommandOptions | null {
  const given = parsed(args);
  if (given.help) return null;
  if (given.url === undefined) throw new ArgumentsError("--url is missing: where is Drover?");
  const connections = numberOf("connections", given.connections, 1, 10_000);
  const key = given["api-key"] ?? apiKey ?? "";
  const load = loadOf(given);
  if (load === null && !given["clean-up"]) {
    throw new ArgumentsError("--workflow is missing: what is to be started?");
  }
  if (load === null && given.tag === undefined) {
    throw new ArgumentsError("--tag is missing: which run is to be cleaned up?");
  }
  return {
    target: { ...addressOf("url", given.url), apiKey: key === "" ? null : key, connections },
    tag: tagOf(given.tag),
    cleanUp: given["clean-up"],
    quiet: given.quiet,
    json: given.json === undefined ? null : fileOf("json", given.json),
    html: given.html === undefined ? null : fileOf("html", given.html),
    load,
  };
}

type Given = ReturnType<typeof parsed>;

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    throw new ArgumentsError(error instanceof Error ? error.message : String(error));
  }
}

function loadOf(given: Given): LoadOptions | null {
  if (given.workflow === undefined) return null;
  if (given["task-data"] !== undefined && !given["complete-tasks"]) {
    throw new ArgumentsError("--task-data has a meaning with --complete-tasks alone");
  }
  const object = (flag: "input" | "task-data") => {
    const text = given[flag];
    return text === undefined ? null : objectOf(flag, text);
  };
  const count = (flag: "workers" | "concurrency") => {
    const text = given[flag];
    return text === undefined ? null : numberOf(flag, text, 1, 10_000);
  };
  return {
    workflow: given.workflow,
    version: given.version ?? null,
    input: object("input"),
    schedule: scheduleOf(given),
    seed:
      given.seed === undefined
        ? Math.floor(Math.random() * 1_000_000_000)
        : numberOf("seed", given.seed, 0, 2 ** 32 - 1),
    timeout: durationOf("timeout", given.timeout),
    completeTasks: given["complete-tasks"],
    taskData: object("task-data"),
    targetP95: durationOf("target-p95", given["target-p95"]),
    workers: count("workers"),
    concurrency: count("concurrency"),
    sample: numberOf("sample", given.sample, 0, 100_000),
  };
}

function scheduleOf(given: Given): ScheduleOrder {
  const rate = numberOf("rate", given.rate, 0.01, 100_000, false);
  const duration = durationOf("duration", given.duration) / 1_000;
  const profile: Profile = choiceOf("profile", given.profile, PROFILES);
  const arrivals = choiceOf("arrivals", given.arrivals, ARRIVALS);
  const expected = expectedArrivals(profile, rate, duration);
  if (expected > MOST_ARRIVALS) {
    throw new ArgumentsError(
      `--rate and --duration come to ${Math.round(expected)} instances: at most ${MOST_ARRIVALS}`,
    );
  }
  return { profile, arrivals, rate, duration };
}

/** A new one tells when, and is nobody else's. */
function tagOf(given: string | undefined): string {
  if (given !== undefined) {
    if (given.length > 0 && given.length <= 255) return given;
    throw new ArgumentsError("--tag: expected 1 to 255 characters");
  }
  const moment = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return `load-${moment}-${Math.random().toString(36).slice(2, 8)}`;
}
