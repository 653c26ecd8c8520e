import { type } from "arktype";
import * as v from "valibot";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { WorkflowContext } from "../context/workflow-context.ts";
import type { JsonValue } from "../json.ts";
import { Edge } from "./edge.ts";
import { HumanStep } from "./human-step.ts";
import type { InputData, InputSchema } from "./input-schema.ts";
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

describe("an input schema", () => {
  const expense = z.object({ amount: z.number(), note: z.string().default("none") });
  const rest = { name: "typed", version: "1.0.0", edges: [], initialStep: "a" };

  test("its type is the workflow's data, and flows into steps and conditions", () => {
    const definition = new WorkflowDefinition<InputData<typeof expense>>({
      ...rest,
      input: expense,
      steps: {
        a: new MachineStep({
          execute: (context) => {
            expectTypeOf(context.get("amount")).toEqualTypeOf<number | undefined>();
            // @ts-expect-error -- the schema has no such field
            context.get("amounts");
          },
        }),
        b: new HumanStep({ assigneeKey: "note" }),
      },
      edges: [{ source: "a", target: "b", condition: (context) => context.get("amount", 0) > 5 }],
    });
    expectTypeOf(definition).toEqualTypeOf<WorkflowDefinition<Expense>>();
    new WorkflowRegistry().register(definition);
  });

  test("every library's type is known", () => {
    const inValibot = v.object({ amount: v.number(), note: v.optional(v.string(), "none") });
    const inArktype = type({ amount: "number", note: "string = 'none'" });
    expectTypeOf<InputData<typeof inValibot>>().toEqualTypeOf<Expense>();
    expectTypeOf<InputData<typeof inArktype>>().toEqualTypeOf<Expense>();
  });

  test("is held against the data of the steps", () => {
    const steps = [new MachineStep<Expense>({ name: "a", execute: () => null })];
    const definition = new WorkflowDefinition({ ...rest, steps, input: expense });
    expectTypeOf(definition).toEqualTypeOf<WorkflowDefinition<Expense>>();
    const input = z.object({ amount: z.string() });
    // @ts-expect-error -- the steps expect a number
    const wrong = new WorkflowDefinition({ ...rest, steps, input });
    expectTypeOf(wrong).toEqualTypeOf<WorkflowDefinition<Expense>>();
  });

  test("may be of a part of the data, of no known type, or given beside a JSON Schema", () => {
    type Taken = InputSchema<Expense>;
    const part = z.object({ amount: z.number(), note: z.string().optional() });
    expectTypeOf(part).toExtend<Taken>();
    expectTypeOf(z.looseObject({ amount: z.number() })).toExtend<Taken>();
    expectTypeOf({ type: "object", required: ["amount"] }).toExtend<Taken>();
    const standard = v.object({ amount: v.number() });
    expectTypeOf({ standard, jsonSchema: { type: "object" } }).toExtend<Taken>();
    expectTypeOf(z.looseObject({})).toExtend<InputSchema>();
  });

  test("of another type is refused", () => {
    type Taken = InputSchema<Expense>;
    const withInput = (input: Taken) =>
      new WorkflowDefinition<Expense>({ ...rest, steps: [], input });
    // @ts-expect-error -- zod: the amount is a number
    withInput(z.object({ amount: z.string() }));
    // @ts-expect-error -- valibot
    withInput(v.object({ amount: v.string() }));
    // @ts-expect-error -- arktype
    withInput(type({ amount: "string" }));
    const standard = v.object({ amount: v.string() });
    expectTypeOf({ standard, jsonSchema: { type: "object" } }).not.toExtend<Taken>();
    expectTypeOf(z.string()).not.toExtend<InputSchema>();
  });

  test("that would convert is refused, since nothing converts", () => {
    const amount = z.string().transform(Number);
    expectTypeOf(z.object({ amount })).not.toExtend<InputSchema<Expense>>();
  });
});
