import { errorText } from "../errors.ts";
import { toJsonObject, type JsonObject } from "../json.ts";
import type { InputSchema, SchemaBeside, StandardSchema } from "./input-schema.ts";
import { isSchemaOfObjects } from "./schema-of-objects.ts";

/** What a definition says about its input. */
export interface DefinedInput {
  /** Null where any object will do, and where there is a problem. */
  readonly jsonSchema: JsonObject | null;
  /** Why the schema cannot be used, in words. */
  readonly problem: string | null;
}

const BESIDE = "give the JSON Schema beside it, `input: { standard: schema, jsonSchema: {…} }`";

/**
 * The JSON Schema that a definition's `input` says or is; a copy, so that what is registered is
 * what was meant. Never throws: what is wrong is for `validate()` to say.
 */
export function readInputSchema<Data extends object>(
  input: InputSchema<Data> | undefined,
): DefinedInput {
  if (input === undefined) return { jsonSchema: null, problem: null };
  try {
    const jsonSchema = toJsonObject(jsonSchemaOf(input), "Input schema");
    return isSchemaOfObjects(jsonSchema)
      ? { jsonSchema, problem: null }
      : refused(`Input schema must be of type "object", as the input of an instance is an object`);
  } catch (error) {
    return refused(errorText(error));
  }
}

function refused(problem: string): DefinedInput {
  return { jsonSchema: null, problem };
}

/** @throws Error in words, and whatever a library throws */
function jsonSchemaOf(input: unknown): unknown {
  if (isStandardSchema(input)) return convert(input);
  return isSchemaBeside(input) ? input.jsonSchema : input;
}

function convert({ "~standard": standard }: StandardSchema): unknown {
  const { vendor, jsonSchema } = standard;
  if (jsonSchema === undefined) {
    throw new Error(
      `Input schema of ${vendor} does not say its JSON Schema: wrap it in the library's ` +
        `converter (for valibot \`toStandardJsonSchema\`), or ${BESIDE}`,
    );
  }
  try {
    return jsonSchema.input({ target: "draft-2020-12" });
  } catch (error) {
    throw new Error(
      `Input schema of ${vendor} cannot be said as JSON Schema: ${errorText(error)}; ${BESIDE}`,
      { cause: error },
    );
  }
}

/** Schemas of arktype are functions. */
function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard: unknown = Reflect.get(value, "~standard");
  return typeof standard === "object" && standard !== null;
}

function isSchemaBeside(value: unknown): value is SchemaBeside {
  return (
    typeof value === "object" &&
    value !== null &&
    "standard" in value &&
    isStandardSchema(value.standard)
  );
}
