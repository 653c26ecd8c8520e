import type { Dice } from "./dice.ts";
import type { Fleet } from "./fleet/fleet.ts";
import { NO_CALL_FAULTS, type Network } from "./network.ts";
import { NO_JOB_FAULTS, type SimulatedQueue } from "./queue/simulated-queue.ts";
import type { Story } from "./story.ts";
import type { Tally } from "./tally.ts";
import type { Timeline } from "./timeline.ts";

/** What a storm blows on. */
export interface StormGround {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly network: Network;
  readonly queue: SimulatedQueue;
  readonly fleet: Fleet;
  readonly tally: Tally;
  readonly story: Story;
  /** Takes the database away, or gives it back. */
  readonly setDatabaseAway: (isAway: boolean) => void;
}

/** Something that happens to servers and processes now and then. */
interface Blow {
  /** How often in a run at the most. */
  readonly most: number;
  readonly happen: (ground: StormGround) => void;
}

const BLOWS: readonly Blow[] = [
  { most: 4, happen: ({ fleet }) => fleet.killSome() },
  { most: 2, happen: ({ fleet }) => fleet.killApi() },
  { most: 3, happen: ({ fleet, dice }) => fleet.freezeSome(dice.between(500, 12_000)) },
  { most: 2, happen: ({ fleet }) => fleet.drainSome() },
  { most: 2, happen: takeDatabaseAway },
  { most: 2, happen: takeQueueAway },
  { most: 2, happen: emptyQueue },
];

/** Each kind of trouble blows in so many of the runs: where less happens, more of the rest is seen. */
const OFTEN = 0.55;

/** In so many of the runs calls go wrong at every turn. */
const HARD = 0.2;

/** In so many of the runs the way is long. */
const SLOW = 0.3;

/** Lets things go wrong for so many milliseconds, and then makes an end of it. */
export function blow(ground: StormGround, milliseconds: number): void {
  const { timeline, dice, network, queue } = ground;
  const strength = dice.chance(HARD) ? 5 : 1;
  const now = (rate: number) => (dice.chance(OFTEN) ? strength * rate * dice.next() : 0);
  network.faults = {
    lostOnTheWay: now(0.02),
    answerLost: now(0.03),
    lostThenCarriedOut: now(0.02),
    late: now(0.02),
    undone: now(0.02),
    callerDies: now(0.1),
  };
  if (dice.chance(SLOW)) network.longest = 80;
  queue.faults = { lost: now(0.15), doubled: now(0.2), reordered: now(0.4) };
  for (const { most, happen } of BLOWS) {
    if (!dice.chance(OFTEN)) continue;
    for (let times = dice.whole(1, most); times > 0; times -= 1) {
      timeline.after(dice.between(100, milliseconds), () => happen(ground));
    }
  }
}

/** Nothing goes wrong any more. */
export function calmDown({ network, queue, fleet, setDatabaseAway }: StormGround): void {
  network.faults = NO_CALL_FAULTS;
  queue.faults = NO_JOB_FAULTS;
  queue.isAway = false;
  setDatabaseAway(false);
  fleet.thawAll();
}

function takeDatabaseAway({ timeline, dice, tally, story, setDatabaseAway }: StormGround): void {
  const milliseconds = dice.between(200, 6_000);
  tally.count("database away");
  story.tell("database", `is away for ${Math.round(milliseconds)} ms`);
  setDatabaseAway(true);
  timeline.after(milliseconds, () => setDatabaseAway(false));
}

function takeQueueAway({ timeline, dice, tally, story, queue }: StormGround): void {
  const milliseconds = dice.between(500, 8_000);
  tally.count("queue away");
  story.tell("queue", `is away for ${Math.round(milliseconds)} ms`);
  queue.isAway = true;
  timeline.after(milliseconds, () => void (queue.isAway = false));
}

function emptyQueue({ tally, story, queue }: StormGround): void {
  tally.count("queue emptied");
  story.tell("queue", "has forgotten everything");
  queue.empty();
}
