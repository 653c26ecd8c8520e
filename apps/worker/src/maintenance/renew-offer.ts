import type { StandingOffer } from "../standing-offer.ts";
import type { Duty } from "./loop.ts";

/** Milliseconds; offers hold for three times as long. */
const EVERY = 1_000;

/** Repeats what an idle worker offers, so that it holds. */
export function renewOfferDuty(offer: StandingOffer): Duty {
  return { name: "renew-offer", every: EVERY, run: () => offer.renew() };
}
