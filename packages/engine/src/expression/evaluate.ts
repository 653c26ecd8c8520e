import type { JsonValue } from "../json.ts";
import { attributeOf, itemOf, sliceOf } from "./access.ts";
import { applySign, calculate } from "./arithmetic.ts";
import { invoke } from "./callable.ts";
import { compare } from "./comparison.ts";
import { Fault } from "./expression-error.ts";
import { areAllTrue, FUNCTIONS, isAnyTrue } from "./functions.ts";
import { callMethod } from "./methods.ts";
import type { Scope } from "./scope.ts";
import type {
  ArithmeticNode,
  CallNode,
  Clause,
  Clauses,
  ComparisonNode,
  ComprehensionNode,
  DictNode,
  LogicalNode,
  Node,
  PathNode,
  PathStep,
} from "./syntax.ts";
import { elementsOf, isTruthy } from "./values.ts";

/**
 * The value of a part of an expression, which may share structure with the data.
 * @throws Fault for whatever Python would raise; the run's position tells where
 */
export function evaluateNode(node: Node, scope: Scope): JsonValue {
  const { run } = scope;
  run.position = node.position;
  run.budget.step();
  switch (node.kind) {
    case "literal":
      return node.value;
    case "name":
      return scope.lookUp(node.name);
    case "list":
      return node.items.map((item) => evaluateNode(item, scope));
    case "dict":
      return evaluateDict(node, scope);
    case "logical":
      return evaluateLogical(node, scope);
    case "not":
      return !testNode(node.operand, scope);
    case "sign": {
      const operand = evaluateNode(node.operand, scope);
      run.position = node.position;
      return applySign(node.sign, operand);
    }
    case "arithmetic":
      return evaluateArithmetic(node, scope);
    case "comparison":
      return evaluateComparison(node, scope);
    case "conditional":
      return evaluateNode(testNode(node.condition, scope) ? node.whenTrue : node.whenFalse, scope);
    case "path":
      return evaluatePath(node, scope);
    case "call":
      return evaluateCall(node, scope);
    case "comprehension":
      return [...generate(node, scope)];
    default:
      return node satisfies never;
  }
}

/** Whether a part of an expression is true, as Python sees truth. */
export function testNode(node: Node, scope: Scope): boolean {
  return isTruthy(evaluateNode(node, scope), scope.run.budget);
}

function evaluateDict(node: DictNode, scope: Scope): JsonValue {
  // Object.fromEntries makes own members only, also of `__proto__`.
  return Object.fromEntries(
    node.entries.map((entry) => {
      const key = evaluateNode(entry.key, scope);
      if (typeof key !== "string") throw new Fault("TypeError: dict keys must be texts");
      return [key, evaluateNode(entry.value, scope)];
    }),
  );
}

/** The operand that decides, not True or False: `name or 'nobody'`. */
function evaluateLogical(node: LogicalNode, scope: Scope): JsonValue {
  let value = evaluateNode(node.first, scope);
  for (const operand of node.rest) {
    if (isTruthy(value, scope.run.budget) === (node.operator === "or")) return value;
    value = evaluateNode(operand, scope);
  }
  return value;
}

function evaluateArithmetic(node: ArithmeticNode, scope: Scope): JsonValue {
  let value = evaluateNode(node.first, scope);
  for (const { operator, operand, position } of node.rest) {
    const right = evaluateNode(operand, scope);
    scope.run.position = position;
    value = calculate(operator, value, right, scope.run.budget);
  }
  return value;
}

function evaluateComparison(node: ComparisonNode, scope: Scope): boolean {
  let left = evaluateNode(node.first, scope);
  for (const { operator, operand, position } of node.rest) {
    const right = evaluateNode(operand, scope);
    scope.run.position = position;
    if (!compare(operator, left, right, scope.run.budget)) return false;
    left = right;
  }
  return true;
}

function evaluatePath({ target, steps }: PathNode, scope: Scope): JsonValue {
  let value = evaluateNode(target, scope);
  const isContext = target.kind === "name" && scope.isRoot(target.name);
  for (const [index, step] of steps.entries()) {
    scope.run.position = step.position;
    scope.run.budget.step();
    // The context's data is what it stands for anyway.
    const isData = isContext && index === 0 && step.kind === "attribute" && step.name === "data";
    if (!isData) value = follow(value, step, scope);
  }
  return value;
}

function follow(target: JsonValue, step: PathStep, scope: Scope): JsonValue {
  const { run } = scope;
  const evaluated = (node: Node | null): JsonValue =>
    node === null ? null : evaluateNode(node, scope);
  switch (step.kind) {
    case "item": {
      const key = evaluated(step.key);
      run.position = step.position;
      return itemOf(target, key, run.budget);
    }
    case "slice": {
      const bounds = {
        start: evaluated(step.start),
        stop: evaluated(step.stop),
        step: evaluated(step.step),
      };
      run.position = step.position;
      return sliceOf(target, bounds, run.budget);
    }
    case "attribute":
      return attributeOf(target, step.name);
    case "method": {
      const args = step.args.map(evaluated);
      run.position = step.position;
      return callMethod(target, step.name, args, run.budget);
    }
    default:
      return step satisfies never;
  }
}

function evaluateCall({ name, args, position }: CallNode, scope: Scope): JsonValue {
  const { run } = scope;
  const [first] = args;
  if (first?.kind === "comprehension" && first.lazy) {
    if (name === "any") return isAnyTrue(generate(first, scope), run.budget);
    if (name === "all") return areAllTrue(generate(first, scope), run.budget);
  }
  const values = args.map((argument) => evaluateNode(argument, scope));
  run.position = position;
  const callable = FUNCTIONS.get(name);
  if (callable === undefined) throw new Fault(`Unknown function '${name}'`);
  return invoke(callable, name, values, run.budget);
}

/** The first clause's iterable is evaluated outside: in `[x for x in x]` the last x is another. */
function* generate(node: ComprehensionNode, scope: Scope): Generator<JsonValue> {
  const elements = clauseElements(node.clauses[0], scope);
  yield* generateClauses(node.element, node.clauses, elements, scope.inner());
}

function* generateClauses(
  element: Node,
  [clause, ...others]: Clauses,
  elements: readonly JsonValue[],
  scope: Scope,
): Generator<JsonValue> {
  const [next, ...rest] = others;
  for (const value of elements) {
    scope.run.position = clause.position;
    scope.run.budget.step();
    bindTargets(clause, value, scope);
    if (!clause.conditions.every((condition) => testNode(condition, scope))) continue;
    if (next === undefined) yield evaluateNode(element, scope);
    else yield* generateClauses(element, [next, ...rest], clauseElements(next, scope), scope);
  }
}

function clauseElements(clause: Clause, scope: Scope): readonly JsonValue[] {
  const iterable = evaluateNode(clause.iterable, scope);
  scope.run.position = clause.position;
  return elementsOf(iterable, scope.run.budget);
}

function bindTargets({ targets }: Clause, value: JsonValue, scope: Scope): void {
  const isUnpacked = targets.length > 1;
  const values = isUnpacked ? elementsOf(value, scope.run.budget) : [value];
  if (values.length !== targets.length) {
    throw new Fault(`ValueError: expected ${targets.length} values to unpack`);
  }
  for (const [index, target] of targets.entries()) scope.bind(target, values[index] ?? null);
}
