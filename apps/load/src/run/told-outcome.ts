import type { Outcome } from "../http/drover-client.ts";
import { problem } from "../http/shapes.ts";

/** How an outcome that is no success is counted, and how it is told. */
export function toldOutcome(outcome: Outcome): { kind: string; example: string } {
  if (outcome.kind === "none") {
    return { kind: outcome.code, example: `no answer: ${outcome.code}` };
  }
  const told = problem.safeParse(outcome.body).data;
  const kind = told === undefined ? String(outcome.status) : `${outcome.status} ${told.code}`;
  return { kind, example: told?.detail ?? `answered with ${outcome.status}` };
}
