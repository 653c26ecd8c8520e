import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runPorts } from "./run-ports.ts";

const DAY = 86_400_000;

describe("timers", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test.each([[5], [25 * DAY], [60 * DAY]])(
    "given %d ms, then it calls back once, and then",
    (milliseconds) => {
      const callback = vi.fn<() => void>();
      runPorts.timers.after(milliseconds, callback);
      vi.advanceTimersByTime(milliseconds - 1);
      expect(callback).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      vi.advanceTimersByTime(100 * DAY);
      expect(callback).toHaveBeenCalledOnce();
    },
  );

  test.each([[0], [30 * DAY]])(
    "given it is canceled after %d ms, then it never calls",
    (passed) => {
      const callback = vi.fn<() => void>();
      const cancel = runPorts.timers.after(60 * DAY, callback);
      vi.advanceTimersByTime(passed);
      cancel();
      expect(vi.getTimerCount()).toBe(0);
      vi.advanceTimersByTime(100 * DAY);
      expect(callback).not.toHaveBeenCalled();
    },
  );
});

describe("abortable", () => {
  test("given its own abort, then its signal says why and the outer one knows nothing", () => {
    const outer = new AbortController();
    const { signal, abort } = runPorts.abortable(outer.signal);
    abort("too long");
    expect([signal.aborted, signal.reason, outer.signal.aborted]).toEqual([
      true,
      "too long",
      false,
    ]);
  });

  test("given an abort from outside, then its signal says why", () => {
    const outer = new AbortController();
    const { signal } = runPorts.abortable(outer.signal);
    outer.abort("canceled");
    expect([signal.aborted, signal.reason]).toEqual([true, "canceled"]);
  });
});
