import { claimedFirst } from "@drover/engine";
import type { OffersOptions, StartOffers } from "@drover/worker";
import type { Offerer } from "../database/start-offers.ts";
import type { SimulatedProcess } from "../process.ts";
import type { Ground } from "./ground.ts";

/** How a worker's process offers to take first steps, over the network. */
export function offersOf(ground: Ground, process: SimulatedProcess) {
  const { network, database, databaseSite } = ground;
  return ({ workerId, definitionIds, take }: OffersOptions): StartOffers => {
    const offerer: Offerer = {
      workerId,
      definitionIds,
      isThere: () => !process.isDead,
      tell: (first) => network.tell(databaseSite, process, () => take(claimedFirst(first))),
    };
    const call = (name: string, carryOut: () => void) =>
      network.call(process, databaseSite, { name, carryOut, matters: false });
    return {
      make: async () => {
        await call("offer", () => database.offers.put(offerer));
        return "made";
      },
      withdraw: () => call("withdraw", () => database.offers.withdraw(offerer)),
      close: async () => {},
    };
  };
}
