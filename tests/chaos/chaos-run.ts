import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../support/eventually.ts";
import { Chance } from "../support/chance.ts";
import { judgeEffects, judgeInstances, judgeTasks } from "./audit/audit.ts";
import { readLog } from "./audit/process-log.ts";
import * as rows from "./audit/rows.ts";
import { TerminalWatch } from "./audit/terminal-watch.ts";
import type { ChaosOptions } from "./command/arguments.ts";
import { storm, type Happened } from "./disturbances/storm.ts";
import { Targets } from "./disturbances/targets.ts";
import { Load } from "./load/load.ts";
import { PatientClient } from "./load/patient-client.ts";
import { People } from "./load/people.ts";
import { World } from "./world/world.ts";

/** Seconds. */
const LOST_AFTER = 5;

/** Milliseconds within which everything has to be over once no more faults are made. */
const QUIET_PATIENCE = 180_000;

/** Milliseconds between two lines about how it goes. */
const BETWEEN_LINES = 5_000;

/** All that a run has come to. */
export interface ChaosResult {
  readonly happened: readonly Happened[];
  readonly instances: ReturnType<typeof judgeInstances>;
  readonly effects: ReturnType<typeof judgeEffects>;
  readonly log: ReturnType<typeof readLog>;
  readonly retriedRequests: number;
  /** Why requests were repeated, and how often. */
  readonly retryReasons: Readonly<Record<string, number>>;
  /** All that is wrong, in words. */
  readonly wrong: readonly string[];
}

/** Every part of a run that the end has to look at. */
interface Parts {
  readonly world: World;
  readonly load: Load;
  readonly people: People;
  readonly client: PatientClient;
  readonly watch: TerminalWatch;
}

/**
 * Starts a world, disturbs it under load, waits until everything is over and looks whether it is as
 * it should be. Stops the world in any case.
 * @param tell gets a line whenever there is something to say
 * @param over ends the run early
 * @throws the signal's reason, or what made going on impossible
 */
export async function runChaos(
  options: ChaosOptions,
  tell: (line: string) => void,
  over: AbortSignal,
): Promise<ChaosResult> {
  const world = await World.start({ workers: options.workers, lostAfter: LOST_AFTER });
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(over.reason);
  over.addEventListener("abort", end);
  const run = underWay(world, options, tell, over);
  // Ended early, nobody waits for it: what it meets in a world that has stopped is no matter.
  run.catch(() => {});
  try {
    over.throwIfAborted();
    return await Promise.race([run, ended.promise]);
  } finally {
    over.removeEventListener("abort", end);
    await world.stop();
  }
}

async function underWay(
  world: World,
  { minutes, instances, seed }: ChaosOptions,
  tell: (line: string) => void,
  over: AbortSignal,
): Promise<ChaosResult> {
  const chance = new Chance(seed);
  const client = new PatientClient(world.apiUrl, over);
  const load = new Load(client, chance.apart("load"), world.recorder.url, `chaos-${seed}`);
  const people = new People(client);
  const watch = new TerminalWatch(world.sql);
  const parts = { world, load, people, client, watch };
  const duration = minutes * 60_000;
  const end = new AbortController();
  const beside = Promise.all([
    people.work(end.signal),
    watch.keepLooking(end.signal),
    keepTelling(parts, tell, end.signal),
  ]);
  // Heard at the end, whatever comes first.
  beside.catch(() => {});
  try {
    const ground = { world, load, targets: new Targets(world) };
    const [happened] = await Promise.all([
      storm(ground, { duration, chance: chance.apart("storm"), tell, over }),
      load.run(instances, duration, over),
    ]);
    over.throwIfAborted();
    tell("no more faults: waiting until everything is over");
    await load.settled();
    await untilQuiet(world, over).catch((error: unknown) => {
      over.throwIfAborted();
      tell(String(error));
    });
    end.abort();
    await beside;
    return await judge(parts, happened);
  } finally {
    end.abort();
  }
}

async function keepTelling(parts: Parts, tell: (line: string) => void, over: AbortSignal) {
  const { world, load, client, watch } = parts;
  while (!over.aborted) {
    const { size } = load.acknowledged;
    const { effects } = world.recorder;
    tell(
      `${size} started, ${watch.over} over (with sub-workflows), ${effects.length} effects told, ` +
        `${client.retried} requests repeated`,
    );
    await pause(BETWEEN_LINES, undefined, { signal: over }).catch(() => undefined);
  }
}

/** Resolves when nothing is left to do, not even a message or a timer. */
async function untilQuiet({ sql }: World, over: AbortSignal): Promise<void> {
  const isQuiet = async () => {
    if (over.aborted) return true;
    const left = await rows.leftBehind(sql);
    const live = await sql`select 1 from workflow_instances where completed_at is null limit 1`;
    return live.length === 0 && Object.values(left).every((count) => count === 0);
  };
  await eventually("everything is over", isQuiet, QUIET_PATIENCE);
  over.throwIfAborted();
}

async function judge(parts: Parts, happened: readonly Happened[]): Promise<ChaosResult> {
  const { world, load, people, client, watch } = parts;
  const { sql, fleet, recorder } = world;
  await watch.look();
  const instances = judgeInstances(load.acknowledged, await rows.instanceRows(sql));
  const effects = judgeEffects(recorder.effects, await rows.countedSteps(sql));
  const tasks = judgeTasks(await rows.completedTasks(sql), people.counted);
  const left = Object.entries(await rows.leftBehind(sql)).filter(([, count]) => count > 0);
  const counts = await rows.miscounted(sql);
  // One that was just killed has to be back before it can end in order.
  await world.up();
  const disorder = await fleet.end();
  const log = readLog(fleet.lines);
  return {
    happened,
    instances,
    effects,
    log,
    retriedRequests: client.retried,
    retryReasons: client.reasons,
    wrong: [
      ...happened.flatMap(({ failed }) => (failed === null ? [] : [`not recovered: ${failed}`])),
      ...instances.lost.map((id) => `lost: ${id}`),
      ...instances.stuck.map((what) => `stuck: ${what}`),
      ...instances.doubled,
      ...instances.wrong,
      ...effects.wrong,
      ...tasks,
      ...watch.changed.map((what) => `changed after its end: ${what}`),
      ...left.map(([what, count]) => `left behind: ${count} ${what}`),
      ...counts.map((id) => `counts other tokens than there are: ${id}`),
      ...client.surprises.map((what) => `answered: ${what}`),
      ...fleet.unexpectedEnds.map((what) => `unhandled: ${what}`),
      ...log.unhandled.map((line) => `unhandled: ${line}`),
      ...disorder,
    ],
  };
}
