import { setTimeout as pause } from "node:timers/promises";
import type { FaultPoint } from "@drover/faults";
import type { Chance } from "../../support/chance.ts";
import type { Load } from "../load/load.ts";
import type { World } from "../world/world.ts";
import { heldBy, untilAtWork, untilTakenOver, untilWorkFlows } from "./recovery.ts";
import type { Targets } from "./targets.ts";

/** What a disturbance has to do with. */
export interface Ground {
  readonly world: World;
  readonly load: Load;
  readonly targets: Targets;
}

/** Disturbs until the disturbance is over. @returns how to measure the time to recover from it */
type Strike = (ground: Ground, chance: Chance) => Promise<() => Promise<number | null>>;

/** Milliseconds. */
const WORKER_FROZEN = 12_000;
const REDIS_FROZEN = 8_000;
const DOWN = { least: 200, most: 2_000 } as const;
const SILENT = { least: 1_000, most: 4_000 } as const;

/** Where workers die; the API passes the others. Those that are passed all the time, and the rest. */
const BUSY_POINTS: readonly FaultPoint[] = [
  "before-claim",
  "after-claim",
  "before-commit",
  "after-commit",
  "before-heartbeat",
  "after-heartbeat",
  "before-release",
];
const QUIET_POINTS: readonly FaultPoint[] = [
  "before-enqueue",
  "after-enqueue",
  "before-set-timers",
  "after-set-timers",
  "before-timer-commit",
  "after-timer-commit",
  "before-message-commit",
  "after-message-commit",
  "before-message-removal",
  "after-message-removal",
  "after-sweep",
];
/** The pass at which they die: late enough for the worker to have something in hands. */
const BUSY_PASSES = { least: 4, most: 12 } as const;
const QUIET_PASSES = { least: 1, most: 3 } as const;
/** Milliseconds. */
const LONGEST_DOOM = 25_000;

const down = (chance: Chance) => pause(chance.whole(DOWN.least, DOWN.most));

const STRIKES = {
  "worker killed": (ground) =>
    ground.targets.withWorker(async (name) => {
      const { world } = ground;
      const { pid } = world.fleet.program(name);
      await untilAtWork(world, pid);
      const begin = performance.now();
      await world.fleet.kill(name);
      const held = await heldBy(world, pid);
      return () => untilTakenOver(world, held, begin);
    }),

  "worker frozen 12 s": (ground) =>
    ground.targets.withWorker(async (name) => {
      const { world } = ground;
      const { pid } = world.fleet.program(name);
      await untilAtWork(world, pid);
      const begin = performance.now();
      process.kill(pid, "SIGSTOP");
      const takenOver = (async () => untilTakenOver(world, await heldBy(world, pid), begin))();
      // Whoever measures hears of it; until then nobody else has to.
      takenOver.catch(() => {});
      await pause(WORKER_FROZEN);
      process.kill(pid, "SIGCONT");
      return () => takenOver;
    }),

  "worker dies at a fault point": (ground, chance) =>
    ground.targets.withWorker(async (name) => {
      const { world } = ground;
      const doomed = await world.fleet.replaceByDoomed(name, { FAULT_POINTS: doom(chance) });
      // Some points are rarely passed: then it dies anywhere.
      await Promise.race([doomed.exited, pause(LONGEST_DOOM, undefined, { ref: false })]);
      const begin = performance.now();
      await doomed.kill();
      const held = await heldBy(world, doomed.pid);
      return () => untilTakenOver(world, held, begin);
    }),

  "API killed": (ground) =>
    ground.targets.with("api", async () => {
      const begin = performance.now();
      await ground.world.fleet.kill("api");
      return async () => {
        await ground.load.probe();
        return performance.now() - begin;
      };
    }),

  "Redis killed, back empty": (ground, chance) =>
    ground.targets.with("redis", async () => {
      const { redis } = ground.world.servers;
      await redis.kill();
      await down(chance);
      await redis.startEmpty();
      return () => untilWorkFlows(ground.world, ground.load);
    }),

  "Redis frozen 8 s": (ground) =>
    ground.targets.with("redis", async () => {
      const { redis } = ground.world.servers;
      redis.freeze();
      await pause(REDIS_FROZEN);
      redis.thaw();
      return () => untilWorkFlows(ground.world, ground.load);
    }),

  "Postgres crashed": (ground, chance) =>
    ground.targets.with("postgres", async () => {
      const { postgres } = ground.world.servers;
      await postgres.crash();
      await down(chance);
      await postgres.start();
      return () => untilWorkFlows(ground.world, ground.load);
    }),

  "Postgres connections cut": (ground) => cut(ground, "postgres"),
  "Redis connections cut": (ground) => cut(ground, "redis"),
  "Postgres silent": (ground, chance) => silence(ground, "postgres", chance),
  "Redis silent": (ground, chance) => silence(ground, "redis", chance),
} satisfies Readonly<Record<string, Strike>>;

function cut({ world, load, targets }: Ground, server: "postgres" | "redis") {
  return targets.with(server, async () => {
    world.proxies[server].cut();
    return () => untilWorkFlows(world, load);
  });
}

function silence({ world, load, targets }: Ground, server: "postgres" | "redis", chance: Chance) {
  return targets.with(server, async () => {
    world.proxies[server].silence();
    await pause(chance.whole(SILENT.least, SILENT.most));
    world.proxies[server].speak();
    return () => untilWorkFlows(world, load);
  });
}

/** As FAULT_POINTS says it. */
function doom(chance: Chance): string {
  const isBusy = chance.fraction() < 0.5;
  const { least, most } = isBusy ? BUSY_PASSES : QUIET_PASSES;
  return `${chance.pick(isBusy ? BUSY_POINTS : QUIET_POINTS)}=crash@${chance.whole(least, most)}`;
}

type SingleKind = keyof typeof STRIKES;

/** Two that concern different things, so that both can happen in the same moment. */
const PAIRS: readonly (readonly [SingleKind, SingleKind])[] = [
  ["Redis killed, back empty", "Postgres crashed"],
  ["Redis frozen 8 s", "worker killed"],
  ["worker killed", "Postgres crashed"],
  ["API killed", "Redis killed, back empty"],
  ["worker frozen 12 s", "Redis killed, back empty"],
  ["Postgres connections cut", "Redis connections cut"],
  ["worker killed", "API killed"],
];

const SINGLE_KINDS: readonly SingleKind[] = [
  "worker killed",
  "worker frozen 12 s",
  "worker dies at a fault point",
  "API killed",
  "Redis killed, back empty",
  "Redis frozen 8 s",
  "Postgres crashed",
  "Postgres connections cut",
  "Redis connections cut",
  "Postgres silent",
  "Redis silent",
];

export type Kind = SingleKind | "two at once";
export const KINDS: readonly Kind[] = [...SINGLE_KINDS, "two at once"];

/** One disturbance as it was: what it was and how long it took to recover. */
export interface Disturbance {
  readonly kind: Kind;
  /** What exactly, where the kind does not say it. */
  readonly detail: string;
  /** Milliseconds; null where nothing was hit. */
  readonly recovered: number | null;
  /** Why it could not be made, or why work has not recovered from it; null as it should be. */
  readonly failed: string | null;
}

/** Disturbs in this way and waits until work has recovered from it. */
export async function disturb(kind: Kind, ground: Ground, chance: Chance): Promise<Disturbance> {
  if (kind !== "two at once") {
    const measure = await STRIKES[kind](ground, chance);
    return { kind, detail: kind, recovered: await measure(), failed: null };
  }
  const pair = chance.pick(PAIRS);
  await Promise.all(pair.map((each, index) => STRIKES[each](ground, chance.apart(`${index}`))));
  const recovered = await untilWorkFlows(ground.world, ground.load);
  return { kind, detail: pair.join(" + "), recovered, failed: null };
}
