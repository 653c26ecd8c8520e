import type { JsonObject } from "@drover/engine";
import type { ValidateFunction } from "ajv";
import { compileSchema } from "./compile.ts";
import { formProblems, type FormProblem } from "./form-problems.ts";
import { MOST_COMPILED_SCHEMAS, MOST_VALUES_CHECKED_FULLY } from "./limits.ts";
import { reasonOf } from "./reason-of.ts";
import { hasMoreValuesThan } from "./schema-walk.ts";

interface CompiledSchema {
  readonly first: ValidateFunction;
  /** Made when data turns out wrong for the first time. */
  all: ValidateFunction | null;
}

/** Checks form data against schemas, of which the ones used last are kept compiled. */
export class FormValidator {
  /** By the schema's text, the one used longest ago first. */
  readonly #compiled = new Map<string, CompiledSchema>();
  readonly #mostCompiled: number;

  constructor(options: { readonly mostCompiled?: number } = {}) {
    this.#mostCompiled = options.mostCompiled ?? MOST_COMPILED_SCHEMAS;
  }

  /**
   * All faults of the data, empty when it is right. The data is neither changed nor bent: `"5"`
   * is no number and defaults are not filled in.
   *
   * Enormous data that is wrong is told its first fault alone, as a list of them all would be
   * larger than itself. A schema that cannot be used is a fault of the form as a whole:
   * `checkFormSchema` says so beforehand, but not of one that was registered before a rule was.
   */
  validate(schema: JsonObject, data: JsonObject): FormProblem[] {
    try {
      return this.#problems(schema, data);
    } catch (error) {
      return [{ path: "", message: `cannot be checked: ${reasonOf(error)}` }];
    }
  }

  #problems(schema: JsonObject, data: JsonObject): FormProblem[] {
    const compiled = this.#compile(schema);
    // Nothing but true counts: a promise, of which Ajv's types do not speak, is no yes.
    const answer: unknown = compiled.first(data);
    if (answer === true) return [];
    if (hasMoreValuesThan(data, MOST_VALUES_CHECKED_FULLY)) {
      return formProblems(compiled.first.errors ?? []);
    }
    compiled.all ??= compileSchema(schema, { allErrors: true, validateSchema: false });
    compiled.all(data);
    return formProblems(compiled.all.errors ?? []);
  }

  #compile(schema: JsonObject): CompiledSchema {
    const key = JSON.stringify(schema);
    const compiled = this.#compiled.get(key) ?? {
      // The schema itself was checked when its definition was registered.
      first: compileSchema(schema, { allErrors: false, validateSchema: false }),
      all: null,
    };
    this.#compiled.delete(key);
    this.#compiled.set(key, compiled);
    if (this.#compiled.size > this.#mostCompiled) {
      const [oldest] = this.#compiled.keys();
      if (oldest !== undefined) this.#compiled.delete(oldest);
    }
    return compiled;
  }
}
