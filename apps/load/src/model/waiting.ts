/** Work that many take from one queue. */
export interface Station {
  /** Arrivals per millisecond, as of a Poisson process. */
  readonly rate: number;
  /** Milliseconds that one holds a place, on average. */
  readonly service: number;
  /** Variance of that by the square of its mean: 0 for always the same, 1 for exponential. */
  readonly variation: number;
  /** Places: how many are worked on at once. */
  readonly places: number;
}

/** How long one waits for a place: not at all, or exponentially distributed. */
export interface Waiting {
  /** The part that has to wait, from 0 to 1. */
  readonly share: number;
  /** Milliseconds that those wait on average; infinite where more comes than can be done. */
  readonly mean: number;
}

/** How much of the places is taken, on average: 1 or more is too much. */
export function utilization({ rate, service, places }: Station): number {
  return (rate * service) / places;
}

/**
 * Erlang C: the part of arrivals that finds all places taken, in M/M/c.
 * @param offered places that would be taken if there were enough: rate × service; below `places`
 */
export function erlangC(places: number, offered: number): number {
  if (offered >= places) return 1;
  // Erlang B by its recursion, which overflows for no number of places.
  let blocked = 1;
  for (let place = 1; place <= places; place += 1) {
    blocked = (offered * blocked) / (place + offered * blocked);
  }
  return blocked / (1 - (offered / places) * (1 - blocked));
}

/**
 * M/G/c by Allen and Cunneen: the wait of M/M/c times the mean of the variations of arrivals (1, as
 * they are Poisson) and of service. That whoever waits does so exponentially is exact for M/M/c and
 * an approximation for others.
 */
export function waiting(station: Station): Waiting {
  const { rate, service, variation, places } = station;
  const offered = rate * service;
  const share = erlangC(places, offered);
  if (offered >= places) return { share, mean: Infinity };
  return { share, mean: (service / (places - offered)) * ((1 + variation) / 2) };
}
