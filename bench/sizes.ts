/** How much of everything is run. */
export interface Sizes {
  /** Seconds for which a throughput is measured, about; workflows are counted out for that. */
  readonly seconds: number;
  /**
   * What is run before anything is measured, for code to be compiled and plans to be made: so many
   * workflows at once, again and again for so many seconds. Whoever is faster is not to have less of it.
   * Before latencies are measured, so many more that are alone: little of what those run has run by then.
   */
  readonly warmUp: { readonly workflows: number; readonly seconds: number; readonly alone: number };
  /** Workflows whose latency is measured one after the other. */
  readonly latencies: number;
  readonly fanOuts: readonly FanOuts[];
  readonly timersAtOnce: number;
  readonly timersPaced: number;
  readonly history: { readonly finished: number; readonly waiting: number };
  /** Workflows for each worker of `scale`. */
  readonly waitingEach: number;
}

interface FanOuts {
  readonly size: number;
  readonly times: number;
  /** Not by hand, where nothing is held against it and it takes long. */
  readonly droverAlone?: boolean;
}

export const FULL: Sizes = {
  seconds: 8,
  warmUp: { workflows: 1_000, seconds: 4, alone: 300 },
  latencies: 500,
  fanOuts: [
    { size: 100, times: 10 },
    { size: 1_000, times: 5 },
    { size: 10_000, times: 1 },
  ],
  timersAtOnce: 1_000,
  timersPaced: 500,
  history: { finished: 1_000_000, waiting: 100_000 },
  waitingEach: 400,
};

export const QUICK: Sizes = {
  seconds: 0.4,
  warmUp: { workflows: 100, seconds: 0, alone: 5 },
  latencies: 10,
  fanOuts: [
    { size: 100, times: 2 },
    { size: 1_000, times: 1 },
    { size: 10_000, times: 1, droverAlone: true },
  ],
  timersAtOnce: 1_000,
  timersPaced: 20,
  history: { finished: 5_000, waiting: 500 },
  waitingEach: 16,
};
