import { describe, expect, test } from "vitest";
import { anInstanceId } from "../testing/builders.ts";
import { EventBus } from "./event-bus.ts";
import type { LifecycleEvent, WorkflowPaused, WorkflowStarted } from "./lifecycle-event.ts";

const base = {
  instanceId: anInstanceId("00000000-0000-7000-8000-000000000001"),
  workflowName: "sample",
  workflowVersion: "1.0.0",
  timestamp: "2026-01-01T00:00:00.000Z",
};
const started: WorkflowStarted = {
  ...base,
  type: "workflow.started",
  initialData: { list: [1] },
  userId: null,
  tenantId: null,
};
const paused: WorkflowPaused = { ...base, type: "workflow.paused", pausedAtStep: "a" };

/** A bus, and what its handlers have thrown. */
function aBus() {
  const faults: { readonly error: unknown; readonly event: LifecycleEvent }[] = [];
  return { faults, bus: new EventBus((error, event) => void faults.push({ error, event })) };
}

describe("an event bus", () => {
  test("given handlers for a kind and for all, then each is told what it asked for", () => {
    const { bus } = aBus();
    const told: string[] = [];
    bus.on("workflow.paused", (event) => told.push(`paused at ${event.pausedAtStep}`));
    bus.on("*", (event) => told.push(`any ${event.type}`));
    bus.emit(started);
    bus.emit(paused);
    expect(told).toEqual(["any workflow.started", "paused at a", "any workflow.paused"]);
  });

  test("given a handler that was taken away, then it is told no more", () => {
    const { bus } = aBus();
    const told: string[] = [];
    const takeAway = bus.onAll({
      "workflow.started": () => told.push("a"),
      "*": () => told.push("b"),
    });
    bus.emit(started);
    expect(bus.hasHandlers).toBe(true);
    takeAway();
    bus.emit(started);
    expect(told).toEqual(["a", "b"]);
    expect(bus.hasHandlers).toBe(false);
  });

  test("given handlers that throw, at once or later, then each is logged and the others are told", async () => {
    const { bus, faults } = aBus();
    const told: string[] = [];
    bus.on("*", () => {
      throw new Error("at once");
    });
    bus.on("*", async () => {
      throw new Error("later");
    });
    bus.on("*", () => told.push("told"));
    bus.emit(started);
    await bus.idle();
    expect(told).toEqual(["told"]);
    expect(faults.map(({ error }) => String(error))).toEqual(["Error: at once", "Error: later"]);
    expect(faults.map(({ event }) => event)).toEqual([started, started]);
  });

  test("given a handler that changes what it is told, then nobody else sees the change", () => {
    const { bus, faults } = aBus();
    bus.on("workflow.started", (event) => Object.assign(event.initialData, { list: [] }));
    bus.emit(started);
    expect(started.initialData).toEqual({ list: [1] });
    expect(faults).toHaveLength(1);
  });
});
