import type { JsonObject, JsonValue } from "../json.ts";
import { evaluateNode, testNode } from "./evaluate.ts";
import { ExpressionError, Fault } from "./expression-error.ts";
import { parseExpression } from "./parser.ts";
import { Run, Scope } from "./scope.ts";
import { copyValue } from "./values.ts";

/** A compiled expression. It keeps nothing between evaluations and never changes the data. */
export interface Expression {
  readonly source: string;

  /**
   * The expression's value over a context's data.
   * @returns JSON that shares nothing with the data
   * @throws ExpressionError for unknown names, wrong types and all that Python would raise, and
   *   when the evaluation takes too long or its result is too large
   */
  evaluate(data: JsonObject): JsonValue;

  /**
   * Whether the value is true, as Python sees truth: None, 0, "" and what is empty are not.
   * @throws ExpressionError as `evaluate` does; an error is never taken for false
   */
  test(data: JsonObject): boolean;
}

/**
 * Reads a condition such as `context.get('score') >= 80 and tier in ['gold', 'vip']`.
 *
 * The language is the part of Python's expressions that conditions need. `context` and `ctx` are
 * the data as a dict, any other name is one of its keys. As in JSON, tuples are lists, and a
 * whole number is an int even where Python would have a float (`4 / 2`).
 *
 * @throws ExpressionError when the text is not such an expression
 */
export function compileExpression(source: string): Expression {
  const root = parseExpression(source);
  return {
    source,
    evaluate: (data) =>
      run(data, (scope) => copyValue(evaluateNode(root, scope), scope.run.budget)),
    test: (data) => run(data, (scope) => testNode(root, scope)),
  };
}

function run<Result>(data: JsonObject, evaluate: (scope: Scope) => Result): Result {
  const current = new Run(data);
  try {
    return evaluate(new Scope(current));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new ExpressionError(error.message, current.position);
  }
}
