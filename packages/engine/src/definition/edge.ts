import type { WorkflowContext } from "../context/workflow-context.ts";
import { errorText } from "../errors.ts";
import { compileExpression, type Expression } from "../expression/index.ts";
import type { JsonObject } from "../json.ts";
import { said } from "./said.ts";
import type { Step } from "./step.ts";

/** A function of the context, or an expression like `context.get('amount') >= 1000`. */
export type EdgeCondition<Data extends object = JsonObject> =
  | string
  // Method syntax: a workflow's own data type fits a registry of workflows of any data.
  | { bivariance(context: WorkflowContext<Data>): boolean }["bivariance"];

/** A step by its name, by its class (made without arguments to ask its name) or by itself. */
export type StepReference<Data extends object = JsonObject> =
  | string
  | Step<Data>
  | (new () => Step<Data>);

/** An edge as plain data; without a condition it is always taken. */
export interface EdgeInit<Data extends object = JsonObject> {
  readonly source: StepReference<Data>;
  readonly target: StepReference<Data>;
  readonly condition?: EdgeCondition<Data> | null;
}

/** A way from one step to another, taken when its condition holds or it has none. */
export class Edge<Data extends object = JsonObject> {
  readonly source: StepReference<Data>;
  readonly target: StepReference<Data>;
  readonly condition: EdgeCondition<Data> | null;
  #expression: Expression | undefined;

  constructor(
    source: StepReference<Data>,
    target: StepReference<Data>,
    condition: EdgeCondition<Data> | null = null,
  ) {
    this.source = source;
    this.target = target;
    this.condition = condition;
  }

  getSourceName(): string {
    return referencedName(this.source);
  }

  getTargetName(): string {
    return referencedName(this.target);
  }

  /**
   * Whether the edge is taken.
   * @throws ExpressionError for a wrong expression, TypeError when a condition function returns a
   *   promise, and whatever it throws
   */
  evaluateCondition(context: WorkflowContext<Data>): boolean {
    if (this.condition === null) return true;
    if (typeof this.condition === "function") return decided(this.condition(context));
    // What a context holds is JSON, whatever the workflow calls its type.
    return this.expression(this.condition).test(context.data as JsonObject);
  }

  /** Why the condition's text cannot be read, or null when it can. */
  conditionProblem(): string | null {
    const condition: unknown = this.condition;
    if (condition === null || typeof condition === "function") return null;
    if (typeof condition !== "string") {
      return `it must be a function, an expression or null, got ${said(condition)}`;
    }
    try {
      this.expression(condition);
      return null;
    } catch (error) {
      return errorText(error);
    }
  }

  private expression(source: string): Expression {
    this.#expression ??= compileExpression(source);
    return this.#expression;
  }
}

/**
 * What a condition function has said; anything counts as JavaScript counts it. A promise would
 * always count as true.
 * @throws TypeError
 */
function decided(answer: unknown): boolean {
  const then: unknown =
    typeof answer === "object" && answer !== null ? Reflect.get(answer, "then") : null;
  if (typeof then === "function") {
    // Nobody waits for it: what it fails with must not end the process.
    Promise.resolve(answer).catch(() => undefined);
    throw new TypeError("it returned a promise, and conditions cannot be async");
  }
  return Boolean(answer);
}

function referencedName(reference: StepReference<never>): string {
  if (typeof reference === "string") return reference;
  if (typeof reference === "function") return new reference().name;
  return reference.name;
}
