/** What an error says; Ajv and RE2 throw errors of their own kinds. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
