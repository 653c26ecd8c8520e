import { errorText } from "../errors.ts";
import { signedMilliseconds, toMilliseconds, type Duration } from "./duration.ts";
import { toMoment } from "./moment.ts";
import { RETRY_DEFAULTS, type ErrorMatcher, type RetryPolicy } from "./retry-policy.ts";
import { said } from "./said.ts";
import type { Step } from "./step.ts";
import { TimerStep } from "./timer-step.ts";
import { unknownOptions } from "./unknown-options.ts";

/** The compiler asks for every option that there is. */
const RETRY_OPTIONS = {
  maxAttempts: true,
  initialInterval: true,
  backoffCoefficient: true,
  maxInterval: true,
  jitter: true,
  retryOn: true,
  nonRetryable: true,
} satisfies Record<keyof RetryPolicy, true>;

/**
 * What is wrong with a step's retry policy, its time limits and what it waits for, in words that
 * name step and field. Fields of classes come without their types from JavaScript: all is looked at.
 * @param name the step's name in the definition
 */
export function policyProblems<Data extends object>(name: string, step: Step<Data>): string[] {
  const problems = [
    ...limitProblem("timeout", step.timeout),
    ...limitProblem("heartbeatTimeout", step.heartbeatTimeout),
    ...lossProblems(step.maxLostAttempts),
    ...(typeof step.pure === "boolean"
      ? []
      : [`pure must be true or false, got ${said(step.pure)}`]),
    ...(step.retry === null ? [] : retryProblems(step.retry)),
  ].map((problem) => `Step '${name}': ${problem}`);
  return step instanceof TimerStep ? [...problems, ...timerProblems(name, step)] : problems;
}

function retryProblems(policy: RetryPolicy): string[] {
  if (typeof policy !== "object") return [`retry must be an object, got ${said(policy)}`];
  const { maxAttempts, backoffCoefficient, jitter } = policy;
  const problems: string[] = [];
  const wholeOrEndless = Number.isInteger(maxAttempts) || maxAttempts === Number.POSITIVE_INFINITY;
  if (!wholeOrEndless || maxAttempts < 1) {
    problems.push(`retry.maxAttempts must be a whole number from 1, got ${said(maxAttempts)}`);
  }
  if (
    backoffCoefficient !== undefined &&
    !(isNumber(backoffCoefficient) && backoffCoefficient >= 1)
  ) {
    problems.push(`retry.backoffCoefficient must be at least 1, got ${said(backoffCoefficient)}`);
  }
  if (jitter !== undefined && !(isNumber(jitter) && jitter >= 0 && jitter <= 1)) {
    problems.push(`retry.jitter must be a number from 0 to 1, got ${said(jitter)}`);
  }
  return [
    ...problems,
    ...intervalProblems(policy),
    ...matcherProblems("retry.retryOn", policy.retryOn),
    ...matcherProblems("retry.nonRetryable", policy.nonRetryable),
    ...unknownOptions(policy, Object.keys(RETRY_OPTIONS)).map((problem) => `retry: ${problem}`),
  ];
}

function intervalProblems({ initialInterval, maxInterval }: RetryPolicy): string[] {
  const problems = [
    ...durationProblems("retry.initialInterval", initialInterval, 0),
    ...durationProblems("retry.maxInterval", maxInterval, 0),
  ];
  if (problems.length > 0 || maxInterval === undefined) return problems;
  const shortest = toMilliseconds(initialInterval ?? RETRY_DEFAULTS.initialInterval);
  return toMilliseconds(maxInterval) < shortest
    ? [`retry.maxInterval must not be shorter than the initial interval, got ${said(maxInterval)}`]
    : [];
}

function lossProblems(most: number | null): string[] {
  if (most === null || (Number.isInteger(most) && most >= 1)) return [];
  return [`maxLostAttempts must be a whole number from 1, got ${said(most)}`];
}

function limitProblem(field: string, limit: Duration | null): string[] {
  return durationProblems(field, limit ?? undefined, 1);
}

function durationProblems(field: string, duration: Duration | undefined, least: 0 | 1): string[] {
  if (duration === undefined) return [];
  try {
    if (signedMilliseconds(duration) >= least) return [];
  } catch (error) {
    return [`${field} cannot be read: ${errorText(error)}`];
  }
  return [`${field} must ${least === 0 ? "not be below" : "be above"} 0, got ${said(duration)}`];
}

function matcherProblems(field: string, matcher: ErrorMatcher | undefined): string[] {
  if (matcher === undefined) return [];
  const isClass = (thing: unknown) =>
    typeof thing === "function" && (thing === Error || thing.prototype instanceof Error);
  if (typeof matcher === "function" && !isClass(matcher)) return [];
  const isList = Array.isArray(matcher);
  return isList &&
    matcher.every((entry) => typeof entry === "string" || typeof entry === "function")
    ? []
    : [`${field} must be a list of error classes and their names, or a function`];
}

function timerProblems<Data extends object>(name: string, step: TimerStep<Data>): string[] {
  try {
    step.waitsFor(name);
  } catch (error) {
    return [errorText(error)];
  }
  const fixed = <T>(field: string, value: T | null, read: (value: T) => unknown) => {
    if (value === null || typeof value === "function") return [];
    try {
      read(value);
      return [];
    } catch (error) {
      return [`Step '${name}': ${field} cannot be read: ${errorText(error)}`];
    }
  };
  const { duration, until } = step;
  return [
    ...(typeof duration === "function" ? [] : fixed("duration", duration, toMilliseconds)),
    ...(typeof until === "function" ? [] : fixed("until", until, toMoment)),
  ];
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
