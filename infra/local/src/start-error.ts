export type StartErrorCode =
  | "wrong_setting"
  | "port_unavailable"
  | "database_unreachable"
  | "redis_unreachable"
  | "data_directory"
  | "data_directory_in_use"
  | "embedded_postgres"
  | "local_redis"
  | "migration_failed"
  | "api_ended"
  | "worker_ended"
  | "not_ready"
  | "test_servers";

/** Something a person has to put right. The message is one line, ready to be printed as it is. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, options?: ErrorOptions) {
    super(message.replaceAll(/\s*\n\s*/g, " "), options);
    this.code = code;
  }
}

/**
 * What went wrong, in words, on one line. Network errors of Node carry an empty message when several addresses
 * were tried; their code is then all there is to say.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const text = error.message === "" ? code || error.name : error.message;
  return text.replaceAll(/\s*\n\s*/g, " ");
}

/** Whether `error` carries one of Node's system error codes, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    codes.includes(error.code)
  );
}
