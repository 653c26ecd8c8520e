import type { ClaimedStep, Known } from "../store.ts";

/** What whoever has claimed a step knows of its instance. */
export function knownFrom(step: ClaimedStep): Known {
  const { executionId, stepName, attempt, arrivals, membership, undoes, state } = step;
  const token = { executionId, stepName, attempt, arrivals, membership, undoes };
  return { token: { ...token, status: "running" }, ...(state === null ? {} : { state }) };
}
