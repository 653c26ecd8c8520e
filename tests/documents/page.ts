import path from "node:path";
import { invariantsIn } from "./invariants.ts";
import { stateMachineDocument } from "./state-machine.ts";

const PROJECT = path.resolve(import.meta.dirname, "../..");

/** Where the page lies. */
export const STATE_MACHINE_PAGE = path.join(PROJECT, "docs/state-machine.md");

/** The page as the code says it now. */
export function currentPage(): string {
  return stateMachineDocument(invariantsIn(path.join(PROJECT, "packages/engine/src/transition")));
}
