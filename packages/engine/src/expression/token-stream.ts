import { ExpressionError } from "./expression-error.ts";
import { describeToken, type Mark, type Token } from "./tokens.ts";

/** Tokens read one after another, with a look at the next. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The next token; the end token again and again once all are taken. */
  get next(): Token {
    return this.#at(this.#index);
  }

  take(): Token {
    const token = this.next;
    this.#index += 1;
    return token;
  }

  /** Whether the next token is this mark, and the one after it that one, if given. */
  isNext(mark: Mark, afterwards?: Mark): boolean {
    return (
      isMark(this.next, mark) &&
      (afterwards === undefined || isMark(this.#at(this.#index + 1), afterwards))
    );
  }

  /** Takes the next token if it is this mark; says whether it was. */
  accept(mark: Mark): boolean {
    if (!this.isNext(mark)) return false;
    this.#index += 1;
    return true;
  }

  /** Takes the next token if it is one of these marks; returns the mark. */
  acceptOneOf<Wanted extends Mark>(marks: readonly Wanted[]): Wanted | null {
    const mark = marks.find((candidate) => this.isNext(candidate));
    if (mark === undefined) return null;
    this.#index += 1;
    return mark;
  }

  /** @throws ExpressionError when the next token is not this mark */
  expect(mark: Mark): void {
    if (!this.accept(mark)) throw this.unexpected(`'${mark}'`);
  }

  /** @throws ExpressionError when the next token is not a name */
  expectName(): string {
    const token = this.next;
    if (token.kind !== "name") throw this.unexpected("a name");
    this.#index += 1;
    return token.name;
  }

  /** The error that something else stands where `wanted` should. */
  unexpected(wanted: string): ExpressionError {
    return new ExpressionError(
      `Expected ${wanted} but found ${describeToken(this.next)}`,
      this.next.position,
    );
  }

  #at(index: number): Token {
    return this.#tokens[index] ?? { kind: "end", position: this.#tokens.at(-1)?.position ?? 0 };
  }
}

function isMark(token: Token, mark: Mark): boolean {
  return token.kind === "mark" && token.mark === mark;
}
