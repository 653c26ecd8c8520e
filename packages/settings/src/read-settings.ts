import { z } from "zod";

/** What is expected of a field that says nothing of itself. */
const ANYTHING = "another value";

/** Variables whose values may hold secrets: what was given is not repeated. */
export const SECRETIVE = /_(URL|KEYS)$/;

/** What is wrong with the environment, in one line. */
export class SettingsError extends Error {
  readonly code = "SETTINGS_INVALID";
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that a schema names. One that is set to nothing counts as not set.
 * @param schema an object schema whose fields have descriptions
 * @throws SettingsError naming each wrong variable, what was given and what is expected; never
 *   what was given as a URL or as keys, as that may be secret
 */
export function readSettings<Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape>,
  environment: Environment,
): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = environment[name]?.trim();
      return value === undefined || value === "" ? [] : [[name, value] as const];
    }),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const wrong = new Set(result.error.issues.map((issue) => String(issue.path[0])));
  const complaints = Object.keys(schema.shape)
    .filter((name) => wrong.has(name))
    .map((name) => `${name} ${found(name, given[name])}: expected ${expected(schema, name)}`);
  throw new SettingsError(complaints.join("; "));
}

function found(name: string, value: string | undefined): string {
  if (value === undefined) return "is not set";
  return SECRETIVE.test(name) ? "is wrong" : `is "${value}"`;
}

function expected<Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape>,
  name: string,
): string {
  let field: unknown = schema.shape[name];
  // What was described may have been made optional or given a default afterwards.
  while (field instanceof z.ZodDefault || field instanceof z.ZodOptional) {
    if (field.description !== undefined) return field.description;
    field = field.unwrap();
  }
  return field instanceof z.ZodType ? (field.description ?? ANYTHING) : ANYTHING;
}
