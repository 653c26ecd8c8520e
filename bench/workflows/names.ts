/** What is run, by the names that every subject knows it under. */
export type Work = "chain" | "pure-chain" | "fan-out" | "timer" | "waiting" | "approval";

/** No-op steps of a chain. */
export const CHAIN_STEPS = 10;

/** Milliseconds that a timer waits. */
export const TIMER = 1_000;

/** Milliseconds that a step of `waiting` waits, and how many of them follow each other. */
export const WAITING = 20;
export const WAITING_STEPS = 10;
