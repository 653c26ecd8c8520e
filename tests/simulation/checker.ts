import { isTerminal } from "@drover/engine";
import type { MemoryRows } from "@drover/engine/memory";
import type { Outcome } from "./outcome.ts";
import { outcomeOf } from "./outcome.ts";
import type { Witness } from "./witness.ts";
import { MOST_LOSSES } from "./workload/step-code.ts";
import type { StartOrder } from "./world/orders.ts";
import type { Steered } from "./world/steering.ts";
import type { World } from "./world/world.ts";

export interface Ended {
  readonly rows: MemoryRows;
  readonly witness: Witness;
  readonly world: World;
  readonly orders: readonly StartOrder[];
  /** Whether everything has come to its end in time. */
  readonly isOver: boolean;
}

/** Reads what a run has left and says what must not be. */
export function check(ended: Ended, quiet: ReadonlyMap<string, Outcome>): void {
  const { world } = ended;
  if (!ended.isOver) checkStuck(ended);
  checkAcknowledged(ended);
  checkTasks(ended);
  checkRefusals(ended);
  checkLosses(ended);
  for (const steered of world.steering.answered) checkSteered(ended, steered);
  checkOutcomes(ended, quiet);
}

/** No live instance without a way forward: once all is calm, all of them end. */
function checkStuck({ rows, witness, world, orders }: Ended): void {
  const live = [...rows.instances.values()].filter(({ status }) => !isTerminal(status));
  for (const { id, workflowName, status } of live) {
    const waits = rows
      .executionsOf(id)
      .filter(({ completedAt }) => completedAt === null)
      .map((row) => `${row.stepName} ${row.status} ${JSON.stringify(row.wait) ?? ""}`);
    const tokens = waits.length === 0 ? "no token" : waits.join("; ");
    witness.violated("stuck", `${workflowName} ${id} is ${status}: ${tokens}`);
  }
  if (live.length > 0) return;
  const started = `${world.acknowledged.size} of ${orders.length} started`;
  witness.violated("stuck", `${started}, ${rows.messages.size} messages not delivered`);
}

/** Whoever was told that an instance has started finds it, and there is one for each key. */
function checkAcknowledged({ rows, witness, world }: Ended): void {
  for (const [key, id] of world.acknowledged) {
    if (rows.byKey.get(key) !== id) witness.violated("acknowledged and lost", `${key} ${id}`);
  }
}

/** Of two who complete a task at once one is told so, and the task says who. */
function checkTasks({ rows, witness, world }: Ended): void {
  for (const [taskId, people] of world.completions) {
    const task = rows.tasks.get(taskId);
    const [person] = people;
    if (people.length > 1 || task?.status !== "completed" || task.completedBy !== person) {
      const row = `${task?.status ?? "gone"} by ${task?.completedBy ?? "nobody"}`;
      witness.violated("task completed by two", `${taskId} is ${row}; told: ${people.join(", ")}`);
    }
  }
}

/** Nobody is told that it was in vain who has done it. */
function checkRefusals({ rows, witness, world }: Ended): void {
  for (const [taskId, people] of world.refusals) {
    const task = rows.tasks.get(taskId);
    if (task?.status !== "completed" || task.completedBy === null) continue;
    if (people.includes(task.completedBy)) {
      witness.violated("done and refused", `${taskId} is completed by ${task.completedBy}`);
    }
  }
}

/** A step that kills its workers is stopped after so many of them. */
function checkLosses({ rows, witness }: Ended): void {
  for (const { stepName, id, lostAttempts } of rows.executions.values()) {
    if (!stepName.startsWith("poison") || lostAttempts <= MOST_LOSSES) continue;
    witness.violated("step ran too often", `${stepName} ${id} has taken ${lostAttempts} workers`);
  }
}

/** What was refused has not happened, and what was asked once happened once. */
function checkSteered({ rows, witness }: Ended, { id, event, isRefused }: Steered): void {
  const instance = rows.instance(id);
  switch (event.type) {
    case "instance.canceled":
      if (isRefused && instance.status === "canceled" && instance.origin === null) {
        witness.violated("done and refused", `${id} is canceled`);
      }
      return;
    case "step.skip-requested":
      if (isRefused && rows.execution(event.executionId).resumption?.kind === "skip") {
        witness.violated("done and refused", `${event.executionId} is left out`);
      }
      return;
    case "step.scheduled": {
      const made = rows
        .executionsOf(id)
        .filter(
          ({ arrivals, membership, undoes }) => arrivals.length === 0 && !membership && !undoes,
        );
      // The step with which it begins has not come over an edge either.
      if (made.length > 2) {
        const names = made.map(({ stepName }) => stepName).join(", ");
        witness.violated("step ran too often", `${id} was given one step and has ${names}`);
      }
      return;
    }
    case "instance.paused":
    case "instance.resumed":
    case "instance.retried":
      return;
  }
}

/** What is free of conflicts comes to the same as in a run in which nothing goes wrong. */
function checkOutcomes(
  { rows, witness, world, orders }: Ended,
  quiet: ReadonlyMap<string, Outcome>,
): void {
  for (const { idempotencyKey, isFreeOfConflicts } of orders) {
    const id = world.acknowledged.get(idempotencyKey);
    const expected = quiet.get(idempotencyKey);
    if (id === undefined || expected === undefined || !isFreeOfConflicts) continue;
    if (world.steering.led.has(id) || !isTerminal(rows.instance(id).status)) continue;
    const outcome = outcomeOf(rows, id);
    const what = differenceBetween(expected, outcome);
    if (what === null) continue;
    const kind = what === "steps" ? "step ran too often" : "other end than in a quiet run";
    witness.violated(
      kind,
      `${idempotencyKey} ${id} has other ${what}: ${outcome[what]} instead of ${expected[what]}`,
    );
  }
}

/** Of one that fails, what runs beside the failure may come further or not. */
function differenceBetween(expected: Outcome, outcome: Outcome): keyof Outcome | null {
  if (expected.status !== outcome.status) return "status";
  if (expected.status !== "completed") return null;
  if (expected.steps !== outcome.steps) return "steps";
  return expected.context === outcome.context ? null : "context";
}
