import { asId, type Changes, type NewExecution } from "@drover/engine";
import { expect, test } from "vitest";
import { newId } from "../../new-id.ts";
import { aPlainEnd, AT, plainChanges } from "../../testing/plain-changes.ts";
import { isMove } from "./move-on.ts";

const LATER = new Date(AT.getTime() + 1);

const next: NewExecution = {
  executionId: asId(newId()),
  stepName: "b",
  stepType: "machine",
  status: "running",
  attempt: 1,
  wait: null,
  pendingFor: null,
  membership: null,
  item: undefined,
  undoes: null,
  workerId: asId(newId()),
  contextSequence: 3,
  arrivals: [],
  createdAt: AT,
  end: null,
};
const changes: Changes = { ...plainChanges, newExecutions: [next] };
const isMoveWith = (other: Partial<Changes>) =>
  isMove({ id: newId(), changes: { ...changes, ...other } });

test("given a step that ends and one that begins with it, then that is a move", () => {
  expect(isMoveWith({})).toBe(true);
});

// What a move leaves out of what it sends would be written wrongly.
test.each<[string, Partial<Changes>]>([
  ["begins later", { newExecutions: [{ ...next, createdAt: LATER }] }],
  ["sees less than the other has changed", { newExecutions: [{ ...next, contextSequence: 2 }] }],
  ["begins under another attempt", { newExecutions: [{ ...next, attempt: 2 }] }],
  ["works on an item", { newExecutions: [{ ...next, item: 1 }] }],
  ["undoes another", { newExecutions: [{ ...next, undoes: asId(newId()) }] }],
  [
    "has ended already",
    {
      newExecutions: [
        {
          ...next,
          end: { status: "succeeded", sequence: 4, result: 1, contextChanges: null, endedAt: AT },
        },
      ],
    },
  ],
  ["is only scheduled", { newExecutions: [{ ...next, status: "scheduled" }] }],
  ["comes after a person", { executions: [{ ...aPlainEnd, completedBy: "ann" }] }],
  ["comes with another", { newExecutions: [next, next] }],
  ["comes while a wait ends", { closedWaits: [asId(newId())] }],
])("given a next step that %s, then that is none", (_, other) => {
  expect(isMoveWith(other)).toBe(false);
});

test("given a step that failed and was handled, then that is none", () => {
  const error = { type: "Error", message: "away", stack: null, cause: null };
  expect(isMoveWith({ executions: [{ ...aPlainEnd, status: "failed", error }] })).toBe(false);
});
