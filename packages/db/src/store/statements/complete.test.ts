import { asId, NOTHING_REMEMBERED, type Changes, type InstanceChange } from "@drover/engine";
import { expect, test } from "vitest";
import { newId } from "../../new-id.ts";
import { aPlainEnd, AT, plainChanges } from "../../testing/plain-changes.ts";
import { isCompletion } from "./complete.ts";

const instance: InstanceChange = {
  status: "completed",
  currentStep: null,
  liveTokens: 0,
  activeTokens: 0,
  sequence: 3,
  terminalReached: true,
  memory: NOTHING_REMEMBERED,
  contextChanges: {},
  output: null,
  error: null,
  completedAt: AT,
  revived: false,
  deadlineAt: null,
};
const isCompletionWith = (other: Partial<Changes>) =>
  isCompletion({ id: newId(), changes: { ...plainChanges, instance, ...other } });

test("given a step that ends and an instance that completes with it, then that is a completion", () => {
  expect(isCompletionWith({})).toBe(true);
});

const error = { type: "Error", message: "away", stack: null, cause: null };

// What a completion leaves out of what it sends would be written wrongly.
test.each<[string, Partial<Changes>]>([
  ["goes on", { instance: null }],
  ["fails", { instance: { ...instance, status: "failed", error: "away" } }],
  ["waits for another branch", { instance: { ...instance, status: "running", liveTokens: 1 } }],
  ["completes later", { instance: { ...instance, completedAt: new Date(AT.getTime() + 1) } }],
  ["has other steps that ended", { instance: { ...instance, sequence: 4 } }],
  ["lived again", { instance: { ...instance, revived: true } }],
  ["cancels another branch", { executions: [aPlainEnd, aPlainEnd] }],
  ["ends by a step that failed", { executions: [{ ...aPlainEnd, status: "failed", error }] }],
  ["ends by a person", { executions: [{ ...aPlainEnd, completedBy: "ann" }] }],
  ["ends a wait", { closedWaits: [asId(newId())] }],
  [
    "tells another",
    {
      newMessages: [
        {
          messageId: asId(newId()),
          instanceId: asId(newId()),
          event: { type: "instance.canceled", reason: "over" },
        },
      ],
    },
  ],
])("given an instance that %s, then that is none", (_, other) => {
  expect(isCompletionWith(other)).toBe(false);
});
