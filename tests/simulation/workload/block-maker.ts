import { HumanStep, SignalStep, SubWorkflowStep, TimerStep, WebhookStep } from "@drover/engine";
import { share, type Dice } from "../dice.ts";
import { behaviorFrom, QUICK } from "./behavior.ts";
import type { Draft } from "./draft.ts";
import { GroupMaker } from "./group-maker.ts";
import { keyOf, seedOf, visitsOf, type StepCode } from "./step-code.ts";

/** The first and the last step of a part of a workflow: one way in, one way out. */
type Ends = readonly [first: string, last: string];

/** Rounds of a loop. */
const MOST_ROUNDS = 3;

/** How many of the machine steps say that they have no effect. */
const PURE = 0.4;

/** How many of the machine steps take their workers with them. */
const POISONOUS = 0.015;

/** Draws the parts of a workflow. */
export class BlockMaker {
  readonly #draft: Draft;
  readonly #dice: Dice;
  readonly #code: StepCode;
  readonly #child: string | null;
  readonly #groups: GroupMaker;
  /** Steps that may still be drawn: runs stay short. */
  #left: number;

  constructor(draft: Draft, dice: Dice, code: StepCode, child: string | null) {
    this.#draft = draft;
    this.#dice = dice;
    this.#code = code;
    this.#child = child;
    this.#groups = new GroupMaker(draft, dice, code);
    this.#left = dice.whole(3, 10);
  }

  /** Some parts, one after the other. */
  sequence(depth: number): Ends {
    const parts = Array.from({ length: this.#dice.whole(1, 3) }, () => this.#block(depth));
    const [first = this.#step()] = parts;
    let last = first;
    for (const part of parts.slice(1)) {
      this.#draft.connect(last[1], part[0]);
      last = part;
    }
    return [first[0], last[1]];
  }

  #block(depth: number): Ends {
    if (depth === 0 || this.#left <= 0) return this.#step();
    const dice = this.#dice;
    const kinds = ["step", "step", "fork", "fork", "choice", "loop", "group", "group", "sequence"];
    switch (dice.pick(kinds)) {
      case "fork":
        return this.#fork(depth);
      case "choice":
        return this.#choice(depth);
      case "loop":
        return this.#loop(depth);
      case "group": {
        const name = this.#groups.group(2);
        this.#left -= 3;
        return [name, name];
      }
      case "sequence":
        return this.sequence(depth - 1);
      default:
        return this.#step();
    }
  }

  #step(): Ends {
    this.#left -= 1;
    const dice = this.#dice;
    const draft = this.#draft;
    const options = this.#code.options(behaviorFrom(dice));
    const kind = dice.pick([...STEP_KINDS, ...(this.#child === null ? [] : CHILDREN)]);
    const name = draft.newName(kind);
    switch (kind) {
      case "machine":
        if (dice.chance(POISONOUS)) {
          draft.isFreeOfConflicts = false;
          const poison = draft.newName("poison");
          draft.add(poison, this.#code.poison());
          return [poison, poison];
        }
        draft.add(
          name,
          dice.chance(PURE) ? this.#code.pure() : this.#code.machine(behaviorFrom(dice)),
        );
        break;
      case "human":
        draft.add(name, new HumanStep({ ...options, title: name }));
        break;
      case "timer": {
        // Most timers of users have no code, and are over as soon as their time has come.
        const code = dice.chance(0.6) ? {} : options;
        draft.add(name, new TimerStep({ ...code, duration: dice.whole(50, 4_000) }));
        break;
      }
      case "webhook":
        draft.add(name, new WebhookStep({ ...options, callbackKey: `callback of ${name}` }));
        break;
      case "signal": {
        draft.signals.push(name);
        const inTime = dice.chance(0.25) ? { timeout: dice.whole(300, 4_000) } : {};
        if (inTime.timeout !== undefined) draft.isFreeOfConflicts = false;
        const contextKey = `signal of ${name}`;
        draft.add(name, new SignalStep({ ...options, ...inTime, contextKey }));
        break;
      }
      case "child":
        draft.add(
          name,
          new SubWorkflowStep({
            ...options,
            workflow: this.#child ?? "",
            input: (context) => ({
              seed: Math.floor(share(seedOf(context), keyOf(context, name)) * 1e6),
            }),
          }),
        );
        break;
    }
    return [name, name];
  }

  #plain(kind: string, join: "all" | "any" | { readonly count: number } = "all"): string {
    this.#left -= 1;
    const name = this.#draft.newName(kind);
    const code = this.#code;
    const step = this.#dice.chance(PURE) ? code.pure({ join }) : code.machine(QUICK, { join });
    return this.#draft.add(name, step);
  }

  #fork(depth: number): Ends {
    const split = this.#plain("fork");
    const branches = Array.from({ length: this.#dice.whole(2, 3) }, () => this.#block(depth - 1));
    const counts = this.#dice.chance(0.15);
    if (counts) this.#draft.isFreeOfConflicts = false;
    const join = this.#plain("join", counts ? "any" : "all");
    for (const [first, last] of branches) {
      this.#draft.connect(split, first);
      this.#draft.connect(last, join);
    }
    return [split, join];
  }

  #choice(depth: number): Ends {
    const split = this.#plain("choice");
    const branches = Array.from({ length: this.#dice.whole(2, 3) }, () => this.#block(depth - 1));
    const join = this.#plain("meet");
    for (const [index, [first, last]] of branches.entries()) {
      this.#draft.connect(split, first, (context) => {
        const drawn = share("way", seedOf(context), split, visitsOf(context, split));
        return Math.floor(drawn * branches.length) === index;
      });
      this.#draft.connect(last, join);
    }
    return [split, join];
  }

  #loop(depth: number): Ends {
    const head = this.#plain("head");
    const [first, last] = this.#block(depth - 1);
    const tail = this.#plain("tail");
    const exit = this.#plain("exit");
    this.#draft.connect(head, first);
    this.#draft.connect(last, tail);
    const goesOn: (context: Parameters<typeof visitsOf>[0]) => boolean = (context) => {
      const rounds = 1 + Math.floor(share("rounds", seedOf(context), tail) * MOST_ROUNDS);
      return visitsOf(context, tail) % MOST_ROUNDS < rounds - 1 && visitsOf(context, tail) < 6;
    };
    this.#draft.connect(tail, head, goesOn);
    this.#draft.connect(tail, exit, (context) => !goesOn(context));
    return [head, exit];
  }
}

/** Where there is a workflow to start, many steps start it. */
const CHILDREN = ["child", "child", "child"] as const;

/** Machines are as many as all others. */
const STEP_KINDS = [
  "machine",
  "machine",
  "machine",
  "machine",
  "human",
  "timer",
  "webhook",
  "signal",
] as const;
