/** How much may be in hand at once. */
export interface AdmissionLimits {
  /** Requests that change something; as many may read beside them. */
  readonly requests: number;
  /** Bytes of all their bodies. */
  readonly bodyBytes: number;
}

/** Requests that read have places of their own: who looks what is the matter gets through. */
export type RequestKind = "reading" | "changing";

/**
 * The places for requests that are worked on. Who finds none is sent away at once: a request that waits
 * costs memory and is answered too late for anybody to want it.
 *
 * Invariants:
 * 1. A place is given back once, whatever becomes of the request.
 * 2. A single body always fits when no other is there, however small the limit.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #requests = { reading: 0, changing: 0 };
  #bodyBytes = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** What is in hand. */
  get load() {
    return { ...this.#requests, bodyBytes: this.#bodyBytes };
  }

  /**
   * @param bodyBytes what the request's body may come to
   * @returns gives the place back; null where there is none
   */
  enter(kind: RequestKind, bodyBytes: number): (() => void) | null {
    if (this.#requests[kind] >= this.#limits.requests) return null;
    const room = this.#limits.bodyBytes - this.#bodyBytes;
    if (bodyBytes > room && this.#bodyBytes > 0) return null;
    this.#requests[kind] += 1;
    this.#bodyBytes += bodyBytes;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#requests[kind] -= 1;
      this.#bodyBytes -= bodyBytes;
    };
  }
}
