import { afterAll, beforeAll, describe } from "vitest";
import { Bench, Scenes, type EngineUnderTest, type MakeEngine } from "./bench.ts";
import { choosingScenes } from "./scenes/choosing.ts";
import { failureScenes } from "./scenes/failures.ts";
import { flowScenes } from "./scenes/flow.ts";
import { groupScenes } from "./scenes/groups.ts";
import { mapScenes } from "./scenes/maps.ts";
import { peopleScenes } from "./scenes/people.ts";
import { recordingScenes } from "./scenes/recordings.ts";
import { refusalScenes } from "./scenes/refusals.ts";
import { signalScenes } from "./scenes/signals.ts";
import { startingScenes } from "./scenes/starting.ts";
import { steeringScenes } from "./scenes/steering.ts";
import { subWorkflowScenes } from "./scenes/sub-workflows.ts";
import { timeScenes } from "./scenes/time.ts";

/**
 * What every engine does, told through the interface of engines alone: tests that wait by looking
 * again, with short real durations, so that they run against an engine in this process and against
 * one on many workers.
 */
export function engineScenarios(name: string, makeEngine: MakeEngine): void {
  describe(name, () => {
    const scenes = new Scenes();
    let made: EngineUnderTest | undefined;
    const underTest = () => {
      if (made === undefined) throw new Error("the engine is there inside of tests alone");
      return made;
    };
    const bench = () => new Bench(underTest());
    describe("flow", () => flowScenes(scenes, bench));
    describe("groups", () => groupScenes(scenes, bench));
    describe("maps", () => mapScenes(scenes, bench));
    describe("people and callbacks", () => peopleScenes(scenes, bench));
    describe("signals", () => signalScenes(scenes, bench));
    describe("workflows in workflows", () => subWorkflowScenes(scenes, bench));
    describe("time", () => timeScenes(scenes, bench));
    describe("failures", () => failureScenes(scenes, bench));
    describe("steering", () => steeringScenes(scenes, bench));
    describe("starting and looking", () => startingScenes(scenes, bench));
    describe("recordings", () => recordingScenes(scenes, bench));
    describe("choosing", () => choosingScenes(scenes, bench));
    describe("refusals", () => refusalScenes(scenes, bench));
    // Scenes are told of their definitions while tests are collected; hooks run after that.
    beforeAll(async () => {
      made = await makeEngine(scenes.definitions);
    });
    afterAll(() => made?.close());
  });
}
