import type { JsonObject, JsonValue } from "../json.ts";
import { Budget } from "./budget.ts";
import { Fault } from "./expression-error.ts";
import { ownMember } from "./values.ts";

/** The names under which an expression finds the whole context. */
const ROOTS: ReadonlySet<string> = new Set(["context", "ctx"]);

/** One evaluation of an expression over one context's data. */
export class Run {
  readonly data: JsonObject;
  readonly budget = new Budget();
  /** The place in the source that is being evaluated, for errors to name. */
  position = 0;

  constructor(data: JsonObject) {
    this.data = data;
  }
}

/** The names an expression sees: its loop variables, the context, and the keys of its data. */
export class Scope {
  readonly run: Run;
  private readonly outer: Scope | null;
  readonly #variables = new Map<string, JsonValue>();

  constructor(run: Run, outer: Scope | null = null) {
    this.run = run;
    this.outer = outer;
  }

  /** A scope for a comprehension, whose variables do not leave it. */
  inner(): Scope {
    return new Scope(this.run, this);
  }

  bind(name: string, value: JsonValue): void {
    this.#variables.set(name, value);
  }

  /** @throws Fault for a name that is neither variable nor context nor key */
  lookUp(name: string): JsonValue {
    const variable = this.variable(name);
    if (variable !== undefined) return variable;
    if (ROOTS.has(name)) return this.run.data;
    const member = ownMember(this.run.data, name);
    if (member === undefined) throw new Fault(`Unknown name '${name}'`);
    return member;
  }

  /** Whether the name means the context here, and not a variable called so. */
  isRoot(name: string): boolean {
    return ROOTS.has(name) && this.variable(name) === undefined;
  }

  private variable(name: string): JsonValue | undefined {
    const value = this.#variables.get(name);
    // Not `??`, for a variable that is None hides the outer one as well.
    return value === undefined ? this.outer?.variable(name) : value;
  }
}
