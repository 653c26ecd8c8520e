import type { NewId } from "../ids.ts";

/** What the shell gives to a transition: the core has neither clock nor dice. */
export interface Environment {
  readonly now: Date;
  readonly newId: NewId;
}
