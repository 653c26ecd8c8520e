import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RetryPolicy } from "../definition/retry-policy.ts";
import { NonRetryableError } from "../errors.ts";
import { mayRetry, retryDelay } from "./retry-policy.ts";

const never = () => 0;
const almostOne = () => 1 - Number.EPSILON;

/** The delays after the first failures, without jitter unless the policy says otherwise. */
const delays = (policy: Partial<RetryPolicy>, failures: readonly number[], random = never) =>
  failures.map((failed) => retryDelay({ maxAttempts: 99, jitter: 0, ...policy }, failed, random));

describe("retryDelay", () => {
  test.each<[string, Partial<RetryPolicy>, number[]]>([
    ["nothing: a second, doubled", {}, [1_000, 2_000, 4_000, 8_000]],
    ["an interval as text", { initialInterval: "PT0.5S" }, [500, 1_000, 2_000, 4_000]],
    ["a coefficient", { initialInterval: 100, backoffCoefficient: 3 }, [100, 300, 900, 2_700]],
    ["a coefficient of 1", { backoffCoefficient: 1 }, [1_000, 1_000, 1_000, 1_000]],
    ["a longest one", { maxInterval: { seconds: 3 } }, [1_000, 2_000, 3_000, 3_000]],
    ["no interval", { initialInterval: 0 }, [0, 0, 0, 0]],
  ])("given %s, then the waits grow like that", (_, policy, expected) => {
    expect(delays(policy, [1, 2, 3, 4])).toEqual(expected);
  });

  test("given no longest wait, then it is 100 times the first", () => {
    expect(delays({ initialInterval: 50 }, [7, 8, 2_000])).toEqual([3_200, 5_000, 5_000]);
    expect(delays({ initialInterval: 0 }, [2_000])).toEqual([0]);
  });

  test.each([
    [undefined, 900, 1_000],
    [0, 1_000, 1_000],
    [0.5, 500, 1_000],
    [1, 0, 1_000],
  ])("given a jitter of %s, then a second becomes %d to %d ms", (jitter, least, most) => {
    const policy = { maxAttempts: 2, ...(jitter === undefined ? {} : { jitter }) };
    expect(retryDelay(policy, 1, never)).toBe(least);
    expect(retryDelay(policy, 1, almostOne)).toBe(most);
  });

  test("given any policy, then the delay is whole, never negative and never above the longest", () => {
    const policies = fc.record({
      initialInterval: fc.integer({ min: 0, max: 1e6 }),
      backoffCoefficient: fc.double({ min: 1, max: 100, noNaN: true }),
      maxInterval: fc.integer({ min: 1e6, max: 1e9 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const draws = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 5_000 }), draws, (policy, failed, drawn) => {
        const delay = retryDelay({ maxAttempts: 9_999, ...policy }, failed, () => drawn);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(policy.maxInterval);
      }),
    );
  });
});

class GatewayError extends Error {}
class BusyError extends GatewayError {
  override readonly name = "Busy";
}

describe("mayRetry", () => {
  test("given three tries, then two are retried", () => {
    const policy = { maxAttempts: 3 };
    const retried = [1, 2, 3, 4].map((failed) => mayRetry(policy, failed, new Error("x")));
    expect(retried).toEqual([true, true, false, false]);
  });

  test("given endless tries, then there is always one left", () => {
    expect(mayRetry({ maxAttempts: Number.POSITIVE_INFINITY }, 1e6, new Error("x"))).toBe(true);
  });

  class OurFault extends NonRetryableError {}
  test.each([[new NonRetryableError("no use")], [new OurFault("no use")]])(
    "given %s, then it is never retried",
    (error) => {
      expect(mayRetry({ maxAttempts: 3, retryOn: () => true }, 1, error)).toBe(false);
    },
  );

  test.each<[string, RetryPolicy["retryOn"], boolean]>([
    ["a class", [BusyError], true],
    ["a class it extends", [GatewayError], true],
    ["another class", [TypeError], false],
    ["its name", ["Busy"], true],
    ["the name of its class", ["BusyError"], true],
    ["the name of a class it extends", ["GatewayError"], true],
    ["another name", ["TypeError", "busy"], false],
    ["several", ["TypeError", BusyError], true],
    ["nothing", [], false],
    ["a function", (error) => error instanceof Error && error.message === "later", true],
    ["a function that says no", () => false, false],
  ])("given %s, then it is matched: %s", (_, matcher, matched) => {
    const error = new BusyError("later");
    const policy = (field: "retryOn" | "nonRetryable") => ({
      maxAttempts: 2,
      ...(matcher === undefined ? {} : { [field]: matcher }),
    });
    expect(mayRetry(policy("retryOn"), 1, error)).toBe(matched);
    expect(mayRetry(policy("nonRetryable"), 1, error)).toBe(!matched);
  });

  test("given an error that both lists name, then it is not retried", () => {
    const policy = { maxAttempts: 2, retryOn: [GatewayError], nonRetryable: ["Busy"] };
    expect(mayRetry(policy, 1, new BusyError("x"))).toBe(false);
    expect(mayRetry(policy, 1, new GatewayError("x"))).toBe(true);
  });

  test("given something thrown that is no error, then no name matches it", () => {
    expect(mayRetry({ maxAttempts: 2, retryOn: ["Error", "String"] }, 1, "text")).toBe(false);
    expect(mayRetry({ maxAttempts: 2, nonRetryable: ["Error"] }, 1, null)).toBe(true);
  });
});
