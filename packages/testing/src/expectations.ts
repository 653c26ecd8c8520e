import type { ExecutionView, InstanceView, JsonValue, StepStatus } from "@drover/engine";
import { isDeepStrictEqual } from "node:util";
import { story } from "./story.ts";

/** A workflow did not do what a test expects of it. The message shows the whole history. */
export class ExpectationError extends Error {
  readonly expected: unknown;
  readonly actual: unknown;

  constructor(
    message: string,
    { expected, actual }: { readonly expected: unknown; readonly actual: unknown },
    instance: InstanceView,
  ) {
    super(`${message}\n\n${story(instance)}`);
    this.name = "ExpectationError";
    this.expected = expected;
    this.actual = actual;
  }
}

/** Steps that have run to an end, in the order in which they ended; members of groups too. */
function pathOf({ history }: InstanceView): string[] {
  return history
    .filter(
      ({ status, undoes }) => (status === "succeeded" || status === "failed") && undoes === null,
    )
    .map(({ stepName }) => stepName);
}

export function expectPath(instance: InstanceView, expected: readonly string[]): void {
  const actual = pathOf(instance);
  if (isDeepStrictEqual(actual, [...expected])) return;
  const at = [...expected, undefined].findIndex((step, index) => step !== actual[index]);
  const what = expected[at] === undefined ? "the end" : `'${expected[at]}'`;
  const instead = actual[at] === undefined ? "the end" : `'${actual[at]}'`;
  throw new ExpectationError(
    `Expected the path ${expected.join(" → ")}\n` +
      `but it was       ${actual.join(" → ")}\n` +
      `(place ${at + 1}: ${what} was expected, and there is ${instead})`,
    { expected: [...expected], actual },
    instance,
  );
}

/** Says what is expected of a step; each method throws where it is not so, and can be chained. */
export class StepExpectation {
  readonly #instance: InstanceView;
  readonly #stepName: string;

  constructor(instance: InstanceView, stepName: string) {
    this.#instance = instance;
    this.#stepName = stepName;
  }

  toHaveSucceeded(): this {
    return this.toBe("succeeded");
  }

  /** @param message a part of the error's message */
  toHaveFailed(message?: string): this {
    this.toBe("failed");
    const actual = this.#last().error?.message ?? "";
    return this.#check(
      message === undefined || actual.includes(message),
      `to have failed with '${message}', but the message is '${actual}'`,
      { expected: message, actual },
    );
  }

  toBeSkipped(): this {
    return this.toBe("skipped");
  }

  toBeWaiting(): this {
    return this.toBe("waiting");
  }

  /** Its last execution has this status. */
  toBe(status: StepStatus): this {
    const actual = this.#last().status;
    const words = `to be ${status}, but it is ${actual}`;
    return this.#check(actual === status, words, { expected: status, actual });
  }

  /** How many tries of its last execution have failed and were followed by another one. */
  toHaveFailedTries(tries: number): this {
    const actual = this.#last().failedTries;
    const words = `to have ${tries} failed tries, but it has ${actual}`;
    return this.#check(actual === tries, words, { expected: tries, actual });
  }

  /** The result of its last execution. */
  toHaveResult(result: JsonValue): this {
    const actual = this.#last().result;
    const words = `to have the result ${JSON.stringify(result)}, but it is ${JSON.stringify(actual)}`;
    return this.#check(isDeepStrictEqual(actual, result), words, { expected: result, actual });
  }

  /** How often it was reached: executions, not tries. */
  toHaveRun(times: number): this {
    const actual = this.#executions().filter(({ status }) => status !== "pending").length;
    const words = `to have run ${times} times, but it ran ${actual} times`;
    return this.#check(actual === times, words, { expected: times, actual });
  }

  notToHaveRun(): this {
    return this.toHaveRun(0);
  }

  #executions(): ExecutionView[] {
    const { history } = this.#instance;
    return history.filter(({ stepName, undoes }) => stepName === this.#stepName && undoes === null);
  }

  #last(): ExecutionView {
    const last = this.#executions().at(-1);
    if (last !== undefined) return last;
    const expected = this.#stepName;
    const actual = [...new Set(this.#instance.history.map(({ stepName }) => stepName))];
    const words = `Expected step '${expected}' to have run, but it was never reached`;
    throw new ExpectationError(words, { expected, actual }, this.#instance);
  }

  #check(holds: boolean, words: string, values: { expected: unknown; actual: unknown }): this {
    if (holds) return this;
    const message = `Expected step '${this.#stepName}' ${words}`;
    throw new ExpectationError(message, values, this.#instance);
  }
}
