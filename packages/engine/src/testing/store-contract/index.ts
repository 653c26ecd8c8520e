import { afterEach, beforeEach, describe } from "vitest";
import { startContract } from "./definitions-and-starts.ts";
import { flowContract } from "./flow.ts";
import { groupContract } from "./groups.ts";
import { livenessContract } from "./liveness.ts";
import { lossContract } from "./losses.ts";
import { Given, type Scene, type StoreUnderTest } from "./scene.ts";
import { steeringContract } from "./steering.ts";
import { waitContract } from "./waits.ts";

export type { ExecutionView, InstanceView, StoreUnderTest } from "./scene.ts";

/** What every store promises, whatever it is made of. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of stores`, () => {
    let scene: Scene | undefined;
    const current = (): Scene => {
      if (scene === undefined) throw new Error("the store is not open");
      return scene;
    };
    beforeEach(async () => {
      const under = await open();
      scene = { under, given: new Given(under) };
    });
    afterEach(() => current().under.close());

    startContract(current);
    flowContract(current);
    waitContract(current);
    groupContract(current);
    steeringContract(current);
    livenessContract(current);
    lossContract(current);
  });
}
