import {
  ExclusiveGateway,
  HumanStep,
  MachineStep,
  RaceGroup,
  TimerStep,
  WorkflowDefinition,
} from "@drover/engine";
import { failTimes, testWorkflow } from "@drover/testing";
import { expect, test } from "vitest";

interface Expense {
  amount: number;
  approved: boolean;
}

const expenses = new WorkflowDefinition<Expense>({
  name: "expenses",
  version: "1.0.0",
  steps: {
    check_budget: new MachineStep({
      retry: { maxAttempts: 4, initialInterval: "PT10M" },
      execute: () => fetch("https://budget.example.com/check").then((answer) => answer.json()),
    }),
    // The manager has three days; then it is the director's turn.
    approval: new RaceGroup({
      steps: {
        manager_approval: new HumanStep({ title: "Approve the expense" }),
        no_answer: new TimerStep({ duration: "P3D" }),
      },
    }),
    is_answered: new ExclusiveGateway({
      condition: (context) =>
        context.get("approved") === undefined ? "director_approval" : "book",
    }),
    director_approval: new HumanStep({ title: "The manager has not answered" }),
    book: new MachineStep({
      execute: (context) => (context.get("approved") ? "booked" : "rejected"),
    }),
  },
  edges: [
    { source: "check_budget", target: "approval" },
    { source: "approval", target: "is_answered" },
    { source: "is_answered", target: "director_approval" },
    { source: "is_answered", target: "book" },
    { source: "director_approval", target: "book" },
  ],
  initialStep: "check_budget",
});

test(
  "the director decides when the manager is silent for three days",
  { timeout: 1_000 },
  async () => {
    const run = await testWorkflow(expenses, {
      input: { amount: 250 },
      steps: { check_budget: failTimes(2, new Error("budget service is down"), { left: 1_000 }) },
    });
    await run.advance("1 hour");
    run.expectStep("check_budget").toHaveSucceeded().toHaveFailedTries(2);
    expect(run.calls("check_budget")[0]?.data).toEqual({ amount: 250 });
    expect(run.tasks.map((task) => task.title)).toEqual(["Approve the expense"]);

    await run.advance("3 days");
    run.expectStep("manager_approval").toBe("canceled");
    await run.completeTask("director_approval", { approved: true }, { by: "dora" });

    run.expectStatus("completed");
    run.expectPath([
      "check_budget",
      "no_answer",
      "approval",
      "is_answered",
      "director_approval",
      "book",
    ]);
    expect(run.output).toBe("booked");
  },
);
