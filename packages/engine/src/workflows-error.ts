/** What was thrown, in words: anything can be thrown in JavaScript. */
export function errorText(error: unknown): string {
  // The types say that an error's message is text; errors of some libraries know better.
  const told: unknown = error instanceof Error ? error.message || error.name : error;
  if (typeof told === "string") return told;
  try {
    return JSON.stringify(told) ?? typeof told;
  } catch {
    // A cycle or a bigint: what kind of thing it was must do.
    return typeof told;
  }
}

/** Base of everything that Drover throws on purpose. `code` is stable; messages are for people. */
export class WorkflowsError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** One thing that is wrong: where, and what. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** An error that lists what is wrong, place by place. */
export class FaultsError extends WorkflowsError {
  readonly errors: readonly Fault[];

  constructor(code: string, message: string, errors: readonly Fault[]) {
    super(code, message);
    this.errors = errors;
  }
}
