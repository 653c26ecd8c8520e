import type { Duration } from "./duration.ts";

/** A class of errors; an instance of a subclass is an error of it too. */
type ErrorClass = abstract new (...args: never) => unknown;

/**
 * Which errors are meant: names of classes (of the error's own class or of one it extends, or its
 * `name`), classes, or a function that says so.
 */
export type ErrorMatcher = readonly (string | ErrorClass)[] | ((error: unknown) => boolean);

/**
 * How often and when the code of a step is tried again after it failed. Without a policy it is
 * tried once. A try that a lost worker left unfinished did not fail and is not counted.
 */
export interface RetryPolicy {
  /** Tries in all, the first included: 1 never retries, `Infinity` does until it succeeds. */
  readonly maxAttempts: number;
  /** How long from the first failure until the second try; 1 s unless given. */
  readonly initialInterval?: Duration;
  /** By how much each wait is longer than the one before; 2 unless given, at least 1. */
  readonly backoffCoefficient?: number;
  /** No wait is longer; 100 times the initial interval unless given. */
  readonly maxInterval?: Duration;
  /**
   * The share of each wait that is drawn at random, from 0 to 1; 0.1 unless given. It keeps steps
   * that failed together from coming back together.
   */
  readonly jitter?: number;
  /** Errors that are worth another try; all unless given. */
  readonly retryOn?: ErrorMatcher;
  /** Errors that are not, also where `retryOn` names them. */
  readonly nonRetryable?: ErrorMatcher;
}

/** What a policy says where it says nothing. */
export const RETRY_DEFAULTS = {
  /** Milliseconds. */
  initialInterval: 1_000,
  backoffCoefficient: 2,
  /** `maxInterval` in initial intervals. */
  maxInterval: 100,
  jitter: 0.1,
} as const;
