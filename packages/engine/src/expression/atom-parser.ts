import { ExpressionError } from "./expression-error.ts";
import { FUNCTIONS, GENERATOR_CONSUMERS } from "./functions.ts";
import { MAX_NESTING } from "./limits.ts";
import { isMethodName } from "./methods.ts";
import type { Clause, Clauses, DictNode, Node, PathStep } from "./syntax.ts";
import type { TokenStream } from "./token-stream.ts";
import type { Mark } from "./tokens.ts";

/** Reads what operators stand between: literals, names, calls, brackets and what follows them. */
export abstract class AtomParser {
  protected readonly tokens: TokenStream;
  #nesting = 0;

  constructor(tokens: TokenStream) {
    this.tokens = tokens;
  }

  /** Any expression. */
  abstract expression(): Node;

  /** An expression without `if … else`, as it stands in a `for` clause. */
  protected abstract disjunction(): Node;

  /** Runs a parsing method that leads one level down, unless that is too deep. */
  protected nested(parse: () => Node): Node {
    this.checkNesting(this.#nesting);
    this.#nesting += 1;
    const node = parse();
    this.#nesting -= 1;
    return node;
  }

  private checkNesting(depth: number): void {
    if (depth < MAX_NESTING) return;
    throw new ExpressionError(
      `Expression is nested deeper than ${MAX_NESTING} levels`,
      this.tokens.next.position,
    );
  }

  /** An atom and the subscripts, attributes and method calls after it. */
  protected path(): Node {
    const { position } = this.tokens.next;
    const target = this.atom();
    const steps: PathStep[] = [];
    for (;;) {
      const step = this.pathStep();
      if (step === null) break;
      steps.push(step);
    }
    return steps.length === 0 ? target : { kind: "path", target, steps, position };
  }

  private pathStep(): PathStep | null {
    const { position } = this.tokens.next;
    if (this.tokens.accept("[")) return this.subscript(position);
    if (this.tokens.isNext("(")) {
      throw new ExpressionError("Only functions and methods can be called", position);
    }
    if (!this.tokens.accept(".")) return null;
    const name = this.tokens.expectName();
    if (!this.tokens.accept("(")) return { kind: "attribute", name, position };
    if (!isMethodName(name)) throw new ExpressionError(`Unknown method '${name}'`, position);
    return { kind: "method", name, args: this.callArguments(name), position };
  }

  private subscript(position: number): PathStep {
    const start = this.tokens.isNext(":") ? null : this.expression();
    if (start !== null && this.tokens.accept("]")) return { kind: "item", key: start, position };
    this.tokens.expect(":");
    const stop = this.sliceBound();
    const step = this.tokens.accept(":") ? this.sliceBound() : null;
    this.tokens.expect("]");
    return { kind: "slice", start, stop, step, position };
  }

  private sliceBound(): Node | null {
    return this.tokens.isNext(":") || this.tokens.isNext("]") ? null : this.expression();
  }

  private atom(): Node {
    const token = this.tokens.next;
    const { position } = token;
    switch (token.kind) {
      case "number":
      case "text":
        this.tokens.take();
        return { kind: "literal", value: token.value, position };
      case "name":
        this.tokens.take();
        return this.nameOrCall(token.name, position);
      case "mark":
        return this.markedAtom(token.mark, position);
      case "end":
        throw this.tokens.unexpected("a value");
      default:
        return token satisfies never;
    }
  }

  private markedAtom(mark: Mark, position: number): Node {
    if (mark === "(" || mark === "[" || mark === "{") {
      this.tokens.take();
      if (mark === "(") return this.parenthesized(position);
      return mark === "[" ? this.list(position) : this.dict(position);
    }
    const value = constant(mark);
    if (value === undefined) throw this.tokens.unexpected("a value");
    this.tokens.take();
    return { kind: "literal", value, position };
  }

  private nameOrCall(name: string, position: number): Node {
    if (!this.tokens.accept("(")) return { kind: "name", name, position };
    if (!FUNCTIONS.has(name)) throw new ExpressionError(`Unknown function '${name}'`, position);
    return { kind: "call", name, args: this.callArguments(name), position };
  }

  private callArguments(name: string): readonly Node[] {
    const { position } = this.tokens.next;
    if (this.tokens.accept(")")) return [];
    const first = this.expression();
    if (!this.tokens.isNext("for")) return this.itemsUntil(")", first);
    if (!GENERATOR_CONSUMERS.has(name)) {
      throw new ExpressionError(`${name}() takes no generator expression`, position);
    }
    const clauses = this.clauses();
    this.tokens.expect(")");
    return [{ kind: "comprehension", lazy: true, element: first, clauses, position }];
  }

  private parenthesized(position: number): Node {
    if (this.tokens.accept(")")) return { kind: "list", items: [], position };
    const first = this.expression();
    if (this.tokens.accept(")")) return first;
    if (this.tokens.isNext("for")) {
      throw new ExpressionError(
        "A generator expression stands only in a function's call",
        position,
      );
    }
    return { kind: "list", items: this.itemsUntil(")", first), position };
  }

  private list(position: number): Node {
    if (this.tokens.accept("]")) return { kind: "list", items: [], position };
    const first = this.expression();
    if (!this.tokens.isNext("for")) {
      return { kind: "list", items: this.itemsUntil("]", first), position };
    }
    const clauses = this.clauses();
    this.tokens.expect("]");
    return { kind: "comprehension", lazy: false, element: first, clauses, position };
  }

  /** The items after the first, each after a comma, and the closing bracket. */
  private itemsUntil(closing: Mark, first: Node): readonly Node[] {
    const items = [first];
    while (!this.tokens.accept(closing)) {
      if (!this.tokens.accept(",")) throw this.tokens.unexpected(`',' or '${closing}'`);
      if (!this.tokens.isNext(closing)) items.push(this.expression());
    }
    return items;
  }

  private dict(position: number): Node {
    const entries: DictNode["entries"][number][] = [];
    while (!this.tokens.accept("}")) {
      const key = this.expression();
      if (this.tokens.isNext(",") || this.tokens.isNext("}")) {
        throw new ExpressionError("Sets are not supported: write a list", position);
      }
      this.tokens.expect(":");
      entries.push({ key, value: this.expression() });
      if (!this.tokens.isNext("}")) this.tokens.expect(",");
    }
    return { kind: "dict", entries, position };
  }

  private clauses(): Clauses {
    const first = this.clause();
    const others: Clause[] = [];
    while (this.tokens.isNext("for")) {
      // Clauses run inside each other, so that they are nesting as well.
      this.checkNesting(others.length);
      others.push(this.clause());
    }
    return [first, ...others];
  }

  private clause(): Clause {
    const { position } = this.tokens.next;
    this.tokens.expect("for");
    const targets = [this.tokens.expectName()];
    while (this.tokens.accept(",")) targets.push(this.tokens.expectName());
    this.tokens.expect("in");
    const iterable = this.disjunction();
    const conditions: Node[] = [];
    while (this.tokens.accept("if")) conditions.push(this.disjunction());
    return { targets, iterable, conditions, position };
  }
}

function constant(mark: Mark): boolean | null | undefined {
  if (mark === "True" || mark === "true") return true;
  if (mark === "False" || mark === "false") return false;
  return mark === "None" || mark === "null" ? null : undefined;
}
