import { type RetryOptions, type SteeringEvent } from "@drover/engine";
import { keptObject } from "./kept-json.ts";
import { demandNames, demandText, LONGEST_REASON } from "./demand-text.ts";

/*
 * What callers of an engine ask for, as the events that the state machine takes: checked, and the same
 * in every engine.
 */

/** @throws ArgumentInvalidError where the reason is empty or too long */
export function cancelEvent(reason: string): SteeringEvent {
  demandText("reason", reason, LONGEST_REASON);
  return { type: "instance.canceled", reason };
}

/** @throws ArgumentInvalidError where the step's name cannot be one */
export function resumeEvent(options: { readonly fromStep?: string }): SteeringEvent {
  demandNames({ fromStep: options.fromStep });
  return { type: "instance.resumed", fromStep: options.fromStep ?? null };
}

/** @throws ArgumentInvalidError, NotJsonError, PayloadTooLargeError */
export function retryEvent(options: RetryOptions): SteeringEvent {
  demandNames({ fromStep: options.fromStep });
  return {
    type: "instance.retried",
    fromStep: options.fromStep ?? null,
    contextPatch: keptObject(options.contextPatch ?? {}, "context patch"),
  };
}
