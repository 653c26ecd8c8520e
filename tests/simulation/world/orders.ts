import type { StartRequest } from "../fleet/simulated-api.ts";

/** An instance that somebody starts. */
export interface StartOrder extends StartRequest {
  /** Milliseconds after the beginning. */
  readonly at: number;
  /** Signals that its steps wait for. */
  readonly signals: readonly string[];
  /** Steps of the workflow itself. */
  readonly steps: readonly string[];
  /** Nobody answers: its deadline ends it. */
  readonly isForsaken: boolean;
  readonly isFreeOfConflicts: boolean;
}
