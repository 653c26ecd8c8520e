/** A condition's text that cannot be read, or that cannot be evaluated over the data at hand. */
export class ExpressionError extends Error {
  readonly code = "EXPRESSION_ERROR";
  /** Where in the source, counted in characters from 0. */
  readonly position: number;

  /** @param reason what is wrong; the message adds the place to it */
  constructor(reason: string, position: number) {
    super(`${reason} (at character ${position + 1})`);
    this.name = "ExpressionError";
    this.position = position;
  }
}

/**
 * What an operation on values refuses. Operations know no source text: the evaluator turns a
 * fault into an ExpressionError with the place it is at, so that none leaves this folder.
 */
export class Fault extends Error {}
