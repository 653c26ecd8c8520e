import { replay, type Recording } from "@drover/testing";
import { test } from "vitest";
import { parcel } from "./parcel.ts";

const recording: Recording = {
  format: "drover-recording",
  formatVersion: 1,
  workflow: {
    name: "parcel",
    version: "1.0.0",
  },
  startedAt: "2026-01-05T09:00:00.000Z",
  input: {
    weight: 3,
  },
  executions: [
    {
      step: "weigh",
      type: "machine",
      status: "succeeded",
      member: null,
      result: null,
      error: null,
      contextChanges: {
        price: 6,
      },
      isCompensation: false,
      begin: 0,
      end: 0,
    },
    {
      step: "accept",
      type: "human",
      status: "succeeded",
      member: null,
      result: {
        accepted: true,
      },
      error: null,
      contextChanges: {},
      isCompensation: false,
      begin: 0,
      end: 7200000,
    },
    {
      step: "is_accepted",
      type: "gateway",
      status: "succeeded",
      member: null,
      result: "rest",
      error: null,
      contextChanges: {},
      isCompensation: false,
      begin: 7200000,
      end: 7200000,
    },
    {
      step: "rest",
      type: "timer",
      status: "succeeded",
      member: null,
      result: null,
      error: null,
      contextChanges: {},
      isCompensation: false,
      begin: 7200000,
      end: 93600000,
    },
    {
      step: "send",
      type: "machine",
      status: "succeeded",
      member: null,
      result: {
        price: 6,
      },
      error: null,
      contextChanges: {},
      isCompensation: false,
      begin: 93600000,
      end: 93600000,
    },
  ],
  answers: [
    {
      kind: "task",
      at: 7200000,
      step: "accept",
      data: {
        accepted: true,
      },
      by: "bob",
    },
  ],
  end: {
    status: "completed",
    error: null,
    at: 93600000,
    output: {
      price: 6,
    },
  },
};

test("a recorded run of parcel 1.0.0 does the same as before", async () => {
  const again = await replay(recording, parcel);
  again.expectNoDifferences();
});
