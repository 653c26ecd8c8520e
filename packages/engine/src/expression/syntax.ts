import type { JsonPrimitive } from "../json.ts";

/** Every part knows its place in the source, counted in characters from 0. */
interface Placed {
  readonly position: number;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**";
export type OrderOperator = "<" | "<=" | ">" | ">=";
export type ComparisonOperator = OrderOperator | "==" | "!=" | "in" | "not in" | "is" | "is not";

/**
 * A part of an expression. Chains (`a + b + c`, `a.b.c`, `a or b or c`) are one part with many
 * members, not a tower of pairs: only what is nested in the text is nested in the tree.
 */
export type Node =
  | LiteralNode
  | NameNode
  | ListNode
  | DictNode
  | LogicalNode
  | NotNode
  | SignNode
  | ArithmeticNode
  | ComparisonNode
  | ConditionalNode
  | PathNode
  | CallNode
  | ComprehensionNode;

interface LiteralNode extends Placed {
  readonly kind: "literal";
  readonly value: JsonPrimitive;
}

interface NameNode extends Placed {
  readonly kind: "name";
  readonly name: string;
}

/** A list or a tuple: JSON has but one of them. */
interface ListNode extends Placed {
  readonly kind: "list";
  readonly items: readonly Node[];
}

export interface DictNode extends Placed {
  readonly kind: "dict";
  readonly entries: readonly { readonly key: Node; readonly value: Node }[];
}

export interface LogicalNode extends Placed {
  readonly kind: "logical";
  readonly operator: "and" | "or";
  readonly first: Node;
  readonly rest: readonly Node[];
}

interface NotNode extends Placed {
  readonly kind: "not";
  readonly operand: Node;
}

interface SignNode extends Placed {
  readonly kind: "sign";
  readonly sign: "+" | "-";
  readonly operand: Node;
}

/** One member of a chain after the first; its place is the operator's. */
export interface Operation<Operator> extends Placed {
  readonly operator: Operator;
  readonly operand: Node;
}

export interface ArithmeticNode extends Placed {
  readonly kind: "arithmetic";
  readonly first: Node;
  readonly rest: readonly Operation<ArithmeticOperator>[];
}

/** `a < b <= c` holds when every neighbouring pair does. */
export interface ComparisonNode extends Placed {
  readonly kind: "comparison";
  readonly first: Node;
  readonly rest: readonly Operation<ComparisonOperator>[];
}

interface ConditionalNode extends Placed {
  readonly kind: "conditional";
  readonly condition: Node;
  readonly whenTrue: Node;
  readonly whenFalse: Node;
}

/** A value and the way on from it: `order['lines'][0].name.upper()`. */
export interface PathNode extends Placed {
  readonly kind: "path";
  readonly target: Node;
  readonly steps: readonly PathStep[];
}

export type PathStep =
  | (Placed & { readonly kind: "item"; readonly key: Node })
  | (Placed & {
      readonly kind: "slice";
      readonly start: Node | null;
      readonly stop: Node | null;
      readonly step: Node | null;
    })
  | (Placed & { readonly kind: "attribute"; readonly name: string })
  | (Placed & { readonly kind: "method"; readonly name: string; readonly args: readonly Node[] });

export interface CallNode extends Placed {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Node[];
}

export interface ComprehensionNode extends Placed {
  readonly kind: "comprehension";
  /** Whether it is a generator expression, whose values are made as they are asked for. */
  readonly lazy: boolean;
  readonly element: Node;
  readonly clauses: Clauses;
}

export type Clauses = readonly [Clause, ...Clause[]];

/** `for a, b in iterable if condition if condition`. */
export interface Clause extends Placed {
  readonly targets: readonly string[];
  readonly iterable: Node;
  readonly conditions: readonly Node[];
}
