import { AtomParser } from "./atom-parser.ts";
import { tokenize } from "./lexer.ts";
import type {
  ArithmeticOperator,
  ComparisonOperator,
  LogicalNode,
  Node,
  Operation,
} from "./syntax.ts";
import { TokenStream } from "./token-stream.ts";

const SUM_OPERATORS = ["+", "-"] as const;
const PRODUCT_OPERATORS = ["*", "//", "/", "%"] as const;
const COMPARISON_OPERATORS = ["<=", ">=", "<", ">", "==", "!=", "in"] as const;

/**
 * Reads an expression.
 *
 * @returns its syntax tree, nested no deeper than the limits allow
 * @throws ExpressionError when the text is not an expression of the language or too large,
 *   and for functions and methods that do not exist
 */
export function parseExpression(source: string): Node {
  const tokens = new TokenStream(tokenize(source));
  const root = new Parser(tokens).expression();
  if (tokens.next.kind !== "end") throw tokens.unexpected("an operator or the end");
  return root;
}

/** Recursive descent, one method a level of precedence, the loosest first. */
class Parser extends AtomParser {
  override expression(): Node {
    return this.nested(() => {
      const { position } = this.tokens.next;
      const whenTrue = this.disjunction();
      if (!this.tokens.accept("if")) return whenTrue;
      const condition = this.disjunction();
      this.tokens.expect("else");
      return { kind: "conditional", condition, whenTrue, whenFalse: this.expression(), position };
    });
  }

  override disjunction(): Node {
    return this.logical("or", () => this.logical("and", () => this.negation()));
  }

  private logical(operator: LogicalNode["operator"], operand: () => Node): Node {
    const { position } = this.tokens.next;
    const first = operand();
    const rest: Node[] = [];
    while (this.tokens.accept(operator)) rest.push(operand());
    return rest.length === 0 ? first : { kind: "logical", operator, first, rest, position };
  }

  private negation(): Node {
    const { position } = this.tokens.next;
    if (!this.tokens.accept("not")) return this.comparison();
    return { kind: "not", operand: this.nested(() => this.negation()), position };
  }

  private comparison(): Node {
    const { position } = this.tokens.next;
    const first = this.sum();
    const rest = this.operations(
      () => this.comparisonOperator(),
      () => this.sum(),
    );
    return rest.length === 0 ? first : { kind: "comparison", first, rest, position };
  }

  private comparisonOperator(): ComparisonOperator | null {
    if (this.tokens.isNext("not", "in")) {
      this.tokens.take();
      this.tokens.take();
      return "not in";
    }
    if (this.tokens.accept("is")) return this.tokens.accept("not") ? "is not" : "is";
    return this.tokens.acceptOneOf(COMPARISON_OPERATORS);
  }

  private sum(): Node {
    return this.arithmetic(SUM_OPERATORS, () =>
      this.arithmetic(PRODUCT_OPERATORS, () => this.signed()),
    );
  }

  private arithmetic(operators: readonly ArithmeticOperator[], operand: () => Node): Node {
    const { position } = this.tokens.next;
    const first = operand();
    const rest = this.operations(() => this.tokens.acceptOneOf(operators), operand);
    return rest.length === 0 ? first : { kind: "arithmetic", first, rest, position };
  }

  private signed(): Node {
    const { position } = this.tokens.next;
    const sign = this.tokens.acceptOneOf(SUM_OPERATORS);
    if (sign === null) return this.power();
    return { kind: "sign", sign, operand: this.nested(() => this.signed()), position };
  }

  /** Binds tighter than a sign on its left and looser than one on its right. */
  private power(): Node {
    const first = this.path();
    const { position } = this.tokens.next;
    if (!this.tokens.accept("**")) return first;
    const operand = this.nested(() => this.signed());
    return {
      kind: "arithmetic",
      first,
      rest: [{ operator: "**", operand, position }],
      position: first.position,
    };
  }

  private operations<Operator>(
    readOperator: () => Operator | null,
    readOperand: () => Node,
  ): readonly Operation<Operator>[] {
    const operations: Operation<Operator>[] = [];
    for (;;) {
      const { position } = this.tokens.next;
      const operator = readOperator();
      if (operator === null) return operations;
      operations.push({ operator, operand: readOperand(), position });
    }
  }
}
