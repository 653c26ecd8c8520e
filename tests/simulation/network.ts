import type { Dice } from "./dice.ts";
import type { SimulatedProcess } from "./process.ts";
import type { Story } from "./story.ts";
import type { Tally } from "./tally.ts";
import type { Timeline } from "./timeline.ts";

/** How often calls go wrong, each from 0 to 1; all 0 once the storm is over. */
export interface CallFaults {
  /** The connection breaks before the call has arrived. */
  readonly lostOnTheWay: number;
  /** It is carried out and the connection breaks before the answer. */
  readonly answerLost: number;
  /** The caller sees the connection break, and only then it is carried out. */
  readonly lostThenCarriedOut: number;
  /** It arrives, or its answer does, seconds late. */
  readonly late: number;
  /** The database undoes it because of another statement. */
  readonly undone: number;
  /** The caller dies before it, while it is under way, or after it: of calls that matter. */
  readonly callerDies: number;
}

export const NO_CALL_FAULTS: CallFaults = {
  lostOnTheWay: 0,
  answerLost: 0,
  lostThenCarriedOut: 0,
  late: 0,
  undone: 0,
  callerDies: 0,
};

/** Who is called. */
export interface Site {
  readonly name: string;
  readonly isAway: () => boolean;
  /** What a caller sees whose call or answer is lost. */
  readonly lost: () => Error;
  /** Milliseconds after which it sees that. */
  readonly patience: number;
  /** What a caller sees whose statement was undone; null where there is no such thing. */
  readonly undone: (() => Error) | null;
}

export interface Call<T> {
  readonly name: string;
  /** What is done over there, all of it in one moment. */
  readonly carryOut: () => T;
  /** Whether the caller may die around it. */
  readonly matters: boolean;
}

/** Milliseconds. */
const QUICKEST = 0.3;
const LATE = { low: 200, high: 8_000 } as const;

/** The way between processes and servers. */
export class Network {
  faults: CallFaults = NO_CALL_FAULTS;
  /** Milliseconds that a way takes at the most when all is well. On a long way more gathers. */
  longest = 3;
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #story: Story;
  readonly #tally: Tally;
  readonly #die: (process: SimulatedProcess) => void;

  /** @param die kills a process, which somebody may start anew later */
  constructor(
    timeline: Timeline,
    dice: Dice,
    { story, tally }: { readonly story: Story; readonly tally: Tally },
    die: (process: SimulatedProcess) => void,
  ) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#story = story;
    this.#tally = tally;
    this.#die = die;
  }

  /** Carries something out over there and brings the answer, unless something goes wrong. */
  call<T>(from: SimulatedProcess, to: Site, call: Call<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (from.isDead) return promise;
    const back = (milliseconds: number, settle: () => void) =>
      void this.#timeline.after(milliseconds, () => from.enter(settle));
    const lose = () => back(to.patience + this.#quick(), () => reject(to.lost()));
    const carryOut = (milliseconds: number, answer: (settle: () => void) => void) =>
      void this.#timeline.after(milliseconds, () => {
        if (to.isAway()) {
          lose();
          return;
        }
        try {
          const value = call.carryOut();
          answer(() => resolve(value));
        } catch (error) {
          answer(() => reject(error));
        }
      });

    const fate = this.#fate(from, to, call.matters);
    if (fate !== "fine") this.#note(from, to, call.name, fate);
    switch (fate) {
      case "fine":
        carryOut(this.#quick(), (settle) => back(this.#quick(), settle));
        break;
      case "lost on the way":
        lose();
        break;
      case "answer lost":
        carryOut(this.#quick(), lose);
        break;
      case "lost, then carried out":
        lose();
        carryOut(this.#dice.between(LATE.low, LATE.high), () => {});
        break;
      case "arrives late":
        carryOut(this.#dice.between(LATE.low, LATE.high), (settle) => back(this.#quick(), settle));
        break;
      case "answer late": {
        const late = this.#dice.between(LATE.low, LATE.high);
        carryOut(this.#quick(), (settle) => back(late, settle));
        break;
      }
      case "undone":
        back(this.#quick(), () => reject(to.undone?.() ?? to.lost()));
        break;
      case "caller dies before":
        this.#die(from);
        break;
      case "caller dies meanwhile":
        carryOut(this.#quick(), () => {});
        this.#die(from);
        break;
      case "caller dies after":
        carryOut(this.#quick(), () => this.#die(from));
        break;
    }
    return promise;
  }

  /** Something that a server says of its own accord: it arrives, late or not, or is lost. */
  tell(from: Site, to: SimulatedProcess, hear: () => void): void {
    const { lostOnTheWay, late } = this.faults;
    if (this.#dice.chance(lostOnTheWay)) {
      this.#note(to, from, "was told in vain by", "lost on the way");
      return;
    }
    const isLate = this.#dice.chance(late);
    if (isLate) this.#note(to, from, "was told by", "arrives late");
    const way = isLate ? this.#dice.between(LATE.low, LATE.high) : this.#quick();
    this.#timeline.after(way, () => to.enter(hear));
  }

  #fate(from: SimulatedProcess, to: Site, matters: boolean) {
    const { lostOnTheWay, answerLost, lostThenCarriedOut, late, undone, callerDies } = this.faults;
    const dice = this.#dice;
    if (matters && dice.chance(callerDies)) {
      const moments = ["caller dies before", "caller dies meanwhile", "caller dies after"] as const;
      return from.isRunning ? dice.pick(moments) : "fine";
    }
    if (dice.chance(lostOnTheWay)) return "lost on the way";
    if (dice.chance(answerLost)) return "answer lost";
    if (dice.chance(lostThenCarriedOut)) return "lost, then carried out";
    if (dice.chance(late)) return dice.chance(0.5) ? "arrives late" : "answer late";
    if (to.undone !== null && dice.chance(undone)) return "undone";
    return "fine";
  }

  #note(from: SimulatedProcess, to: Site, call: string, fate: string): void {
    this.#tally.count(`${to.name}: ${fate}`);
    this.#story.tell(from.name, `${call} ${to.name}: ${fate}`);
  }

  #quick(): number {
    return this.#dice.between(QUICKEST, this.longest);
  }
}
