import {
  HumanStep,
  MapGroup,
  ParallelGroup,
  RaceGroup,
  SequentialGroup,
  TimerStep,
  type Step,
} from "@drover/engine";
import { share, type Dice } from "../dice.ts";
import { behaviorFrom } from "./behavior.ts";
import type { Draft } from "./draft.ts";
import { keyOf, seedOf, type StepCode } from "./step-code.ts";

/** Items of a map. */
const MOST_ITEMS = 4;

interface Surroundings {
  readonly isInMap: boolean;
  readonly isInGroup: boolean;
}

/** Draws groups and what is in them. */
export class GroupMaker {
  readonly #draft: Draft;
  readonly #dice: Dice;
  readonly #code: StepCode;

  constructor(draft: Draft, dice: Dice, code: StepCode) {
    this.#draft = draft;
    this.#dice = dice;
    this.#code = code;
  }

  /** @returns the name of a group that is a step of the workflow */
  group(depth: number): string {
    const step = this.#group(depth, { isInMap: false, isInGroup: false });
    return this.#draft.add(step.name, step);
  }

  #group(depth: number, { isInMap, isInGroup }: Surroundings): Step {
    const dice = this.#dice;
    const kind = dice.pick(["sequence", "parallel", "parallel", "map", "map", "race"] as const);
    // A step knows the item at hand and not the one around it: two of them write one key.
    if (isInMap && kind === "map") this.#draft.isFreeOfConflicts = false;
    const member = () => this.#member(depth - 1, isInMap || kind === "map");
    const steps = () => Array.from({ length: dice.whole(1, 3) }, member);
    const name = this.#draft.newName(kind);
    const rule = dice.pick(["fail-fast", "collect"] as const);
    // How far the others have come when one fails is up to chance, and the group around may go on.
    if (isInGroup && rule === "fail-fast") this.#draft.isFreeOfConflicts = false;
    const callback = dice.chance(0.4)
      ? { callback: this.#code.machine(behaviorFrom(dice), { name: this.#draft.newName("all") }) }
      : {};
    switch (kind) {
      case "sequence":
        return new SequentialGroup({ name, steps: steps() });
      case "parallel":
        return new ParallelGroup({ name, steps: steps(), onFailure: rule, ...callback });
      case "race":
        this.#draft.isFreeOfConflicts = false;
        return new RaceGroup({ name, steps: steps() });
      case "map":
        return new MapGroup({
          name,
          items: (context) => {
            const drawn = share("items", seedOf(context), keyOf(context, name));
            return Array.from({ length: Math.floor(drawn * (MOST_ITEMS + 1)) }, (_, item) => item);
          },
          ...(dice.chance(0.5) ? { concurrency: dice.whole(1, 2) } : {}),
          onFailure: rule,
          step: member(),
          ...callback,
        });
    }
  }

  #member(depth: number, isInMap: boolean): Step {
    const dice = this.#dice;
    if (depth > 0 && dice.chance(0.3)) return this.#group(depth, { isInMap, isInGroup: true });
    const kind = dice.pick(["machine", "machine", "machine", "human", "timer"] as const);
    const name = this.#draft.newName(kind);
    const behavior = behaviorFrom(dice);
    switch (kind) {
      case "machine":
        return this.#code.machine(behavior, { name });
      case "human":
        return new HumanStep({ ...this.#code.options(behavior), name, title: name });
      case "timer":
        return new TimerStep({
          ...this.#code.options(behavior),
          name,
          duration: dice.whole(20, 1_500),
        });
    }
  }
}
