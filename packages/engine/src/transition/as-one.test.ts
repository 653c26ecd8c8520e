import { describe, expect, test } from "vitest";
import { InvariantError } from "../errors.ts";
import { asId, type WorkerId } from "../ids.ts";
import type { Changes } from "../state/changes.ts";
import type { StepEvent } from "../state/events.ts";
import { aStructure } from "../testing/builders.ts";
import { Walk } from "../testing/walk.ts";
import { asOne } from "./as-one.ts";

const worker = asId<WorkerId>("01890000-0000-7000-8000-00000000000a");

/** What the ends of `a`, `b` and `c` write, one after the other; the last has no next. */
function threeTransitions(): readonly [Changes, Changes, Changes] {
  const walk = new Walk(aStructure(["a -> b", "b -> c"]));
  const written: Changes[] = [];
  walk.observers.push(({ changes }) => written.push(changes));
  walk.run("a", ["b"], { a: 1 }, worker).run("b", ["c"], { b: 2 }, worker).run("c", [], { c: 3 });
  const [first, second, third] = written;
  if (first === undefined || second === undefined || third === undefined) throw new Error("three");
  return [first, second, third];
}

describe("two transitions as one", () => {
  test("given a step that is made and ended, then it is made as one that has ended", () => {
    const [first, second] = threeTransitions();
    const [b] = second.executions;
    const both = asOne(first, second);
    expect(both.executions).toEqual(first.executions);
    expect(both.newExecutions).toEqual([
      {
        ...first.newExecutions[0],
        end: {
          status: "succeeded",
          sequence: 2,
          result: b?.result,
          contextChanges: { b: 2 },
          endedAt: b?.endedAt,
        },
      },
      ...second.newExecutions,
    ]);
    expect(both.instance).toBeNull();
  });

  test("given a third, then the last one says what becomes of the instance, with the keys of all", () => {
    const [first, second, third] = threeTransitions();
    const all = asOne(asOne(first, second), third);
    expect(all.newExecutions.map(({ stepName, end }) => [stepName, end?.sequence])).toEqual([
      ["b", 2],
      ["c", 3],
    ]);
    expect(all.executions).toEqual(first.executions);
    expect(all.fromVersion).toBe(first.fromVersion);
    expect(all.instance).toMatchObject({
      status: "completed",
      contextChanges: { a: 1, b: 2, c: 3 },
    });
  });

  test("given a first one that changes the instance, then that is refused", () => {
    const [, second, third] = threeTransitions();
    expect(() => asOne(third, second)).toThrow(InvariantError);
  });

  test("given a step that does not simply end, then that is refused", () => {
    const walk = new Walk(aStructure(["a -> b", "b -> c"]));
    const written: Changes[] = [];
    walk.observers.push(({ changes }) => written.push(changes));
    walk.run("a", ["b"], {}, worker);
    const { executionId, attempt } = walk.token("b", "running");
    const failed: StepEvent = {
      type: "step.failed",
      executionId,
      attempt,
      contextChanges: {},
      error: { type: "Error", message: "broken", stack: null, cause: null },
      handled: true,
      edges: [1],
      continueAs: worker,
    };
    walk.happen(failed);
    const [first, second] = written;
    if (first === undefined || second === undefined) throw new Error("two");
    expect(() => asOne(first, second)).toThrow("'b' ran ahead and is failed");
  });
});
