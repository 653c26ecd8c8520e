import { expectTypeOf, test } from "vitest";
import type { WorkflowContext } from "../context/workflow-context.ts";
import type { JsonValue } from "../json.ts";
import { Edge } from "./edge.ts";
import { HumanStep } from "./human-step.ts";
import { MachineStep } from "./machine-step.ts";
import type { Step } from "./step.ts";
import { WorkflowRegistry } from "./registry.ts";
import { WorkflowDefinition } from "./workflow-definition.ts";

interface Expense {
  amount: number;
  note: string;
}

/*
 * What the compiler promises to those who write workflows; `npm run check` is what tests it.
 */
test("a workflow's data type flows into get and set", () => {
  type Context = WorkflowContext<Expense>;
  expectTypeOf<Context["get"]>().toBeCallableWith("amount");
  expectTypeOf<Parameters<Context["set"]>[0]>().toEqualTypeOf<"amount" | "note">();

  const step = new MachineStep<Expense>({
    execute: (context) => {
      expectTypeOf(context.get("amount")).toEqualTypeOf<number | undefined>();
      expectTypeOf(context.get("amount", 0)).toEqualTypeOf<number>();
      expectTypeOf(context.get("_current_step")).toEqualTypeOf<string>();
      expectTypeOf(context.data.note).toEqualTypeOf<string | undefined>();
    },
  });
  expectTypeOf(step).toExtend<Step<Expense>>();
  const person = new HumanStep<Expense>({ assigneeKey: "note" });
  expectTypeOf(person.assigneeKey).toEqualTypeOf<"amount" | "note" | null>();
});

test("without a data type, any key has a JSON value", () => {
  const step = new MachineStep({
    execute: (context) => {
      expectTypeOf(context.get("anything")).toEqualTypeOf<JsonValue | undefined>();
    },
  });
  expectTypeOf(step).toExtend<Step>();
});

test("a typed workflow goes into a registry of workflows of any data", () => {
  const definition = new WorkflowDefinition<Expense>({
    name: "typed",
    version: "1.0.0",
    steps: { a: new MachineStep<Expense>({ execute: () => null }) },
    edges: [new Edge<Expense>("a", "a", (context) => context.get("amount", 0) > 5)],
    initialStep: "a",
  });
  new WorkflowRegistry().register(definition);
});
