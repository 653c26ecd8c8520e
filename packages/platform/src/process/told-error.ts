/** Longest text of an error that is told. Characters. */
const LONGEST = 8_192;

/** Errors within errors that are told; some point at themselves. */
const DEEPEST = 4;

/**
 * What errors of Node and of the drivers say besides, and is fit to be told. Everything else they
 * carry is not: ioredis keeps the command that failed, which may be the one with the password, and
 * Postgres quotes rows.
 */
const TOLD = [
  "code",
  "errno",
  "syscall",
  "address",
  "port",
  "severity",
  "routine",
  "schema_name",
  "table_name",
  "constraint_name",
] as const;

/** An error as the log has it. */
interface ToldError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly [member: string]: unknown;
}

/** What is told of an error, or of whatever was thrown instead of one. */
export function toldError(error: unknown, depth = 0): ToldError {
  if (!(error instanceof Error)) return { type: typeof error, message: textOf(error) };
  const told: Record<string, unknown> = {};
  for (const member of TOLD) {
    const value: unknown = Reflect.get(error, member);
    if (typeof value === "string" || typeof value === "number") told[member] = value;
  }
  if (depth < DEEPEST) {
    if (error.cause !== undefined) told["cause"] = toldError(error.cause, depth + 1);
    if (error instanceof AggregateError) {
      told["errors"] = error.errors.map((each) => toldError(each, depth + 1));
    }
  }
  const { stack } = error;
  return {
    type: error.constructor.name,
    message: error.message.slice(0, LONGEST),
    ...(stack === undefined ? {} : { stack: stack.slice(0, LONGEST) }),
    ...told,
  };
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown).slice(0, LONGEST);
  } catch {
    // Not even that can be had of it.
    return "something that cannot be told";
  }
}
