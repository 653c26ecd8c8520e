import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { valueAtPointer } from "../json-pointer.ts";

/**
 * Whether a JSON Schema takes objects alone: by its type, or because what it is put together of
 * does. Libraries write a choice of objects as `anyOf`, and a schema with a name as `$ref`.
 */
export function isSchemaOfObjects(root: JsonObject): boolean {
  // Of each schema what is known by now: one that leads back to itself says nothing.
  const known = new Map<JsonValue, boolean>();
  const ofObjects = (schema: JsonValue | undefined): boolean => {
    if (schema === undefined || !isJsonObject(schema)) return false;
    const before = known.get(schema);
    if (before !== undefined) return before;
    const { type, $ref, allOf, anyOf, oneOf } = schema;
    if (type !== undefined) return type === "object";
    known.set(schema, false);
    const found =
      (typeof $ref === "string" && ofObjects(valueAtPointer(root, $ref))) ||
      listed(allOf).some(ofObjects) ||
      [anyOf, oneOf].some((choice) => listed(choice).length > 0 && listed(choice).every(ofObjects));
    known.set(schema, found);
    return found;
  };
  return ofObjects(root);
}

function listed(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}
