import { toMilliseconds } from "../definition/duration.ts";
import { RETRY_DEFAULTS, type ErrorMatcher, type RetryPolicy } from "../definition/retry-policy.ts";
import { NonRetryableError, PayloadTooLargeError } from "../errors.ts";

/**
 * How long to wait before the next try, in whole milliseconds:
 *
 *     wait  = min(initialInterval × backoffCoefficient ^ (failedTries − 1), maxInterval)
 *     delay = wait × (1 − jitter) + wait × jitter × random()
 *
 * The first line and its defaults are those of Temporal's retry policies
 * (https://docs.temporal.io/encyclopedia/retry-policies), the second takes the jitters of "Exponential
 * Backoff And Jitter" (Marc Brooker, AWS Architecture Blog, 2015) as one: 1 is full jitter, 0.5
 * equal jitter. So a delay is never longer than `maxInterval`.
 *
 * @param failedTries how many tries have failed, from 1
 * @param random a number from 0 up to 1
 * @throws RangeError when an interval is no duration
 */
export function retryDelay(policy: RetryPolicy, failedTries: number, random: () => number): number {
  const { backoffCoefficient = RETRY_DEFAULTS.backoffCoefficient, jitter = RETRY_DEFAULTS.jitter } =
    policy;
  const initial = toMilliseconds(policy.initialInterval ?? RETRY_DEFAULTS.initialInterval);
  const longest =
    policy.maxInterval === undefined
      ? initial * RETRY_DEFAULTS.maxInterval
      : toMilliseconds(policy.maxInterval);
  // An infinite factor would make NaN of no interval at all.
  const factor = Math.min(backoffCoefficient ** (failedTries - 1), Number.MAX_VALUE);
  const wait = Math.min(initial * factor, longest);
  return Math.round(wait * (1 - jitter) + wait * jitter * random());
}

/**
 * Whether the code is tried again: there is a try left, and the error is one that may pass.
 * @param failedTries how many tries have failed, this one included
 * @throws whatever a function in the policy throws
 */
export function mayRetry(policy: RetryPolicy, failedTries: number, error: unknown): boolean {
  if (failedTries >= policy.maxAttempts || isFinal(error)) return false;
  if (policy.nonRetryable !== undefined && matches(policy.nonRetryable, error)) return false;
  return policy.retryOn === undefined || matches(policy.retryOn, error);
}

/** What is too large today is too large tomorrow. */
function isFinal(error: unknown): boolean {
  return error instanceof NonRetryableError || error instanceof PayloadTooLargeError;
}

function matches(matcher: ErrorMatcher, error: unknown): boolean {
  if (typeof matcher === "function") return matcher(error);
  const names = namesOf(error);
  return matcher.some((entry) =>
    typeof entry === "string" ? names.has(entry) : error instanceof entry,
  );
}

/** An error's own name, and those of its class and of all that it extends. */
function namesOf(error: unknown): ReadonlySet<unknown> {
  const names = new Set<unknown>();
  if (!(error instanceof Error)) return names;
  names.add(error.name);
  let prototype: unknown = Object.getPrototypeOf(error);
  while (prototype instanceof Error || prototype === Error.prototype) {
    names.add(prototype.constructor.name);
    prototype = Object.getPrototypeOf(prototype);
  }
  return names;
}
