import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { valueAtPointer } from "../json-pointer.ts";

/**
 * Whether a JSON Schema takes objects alone: by its type, or because what it is put together of
 * does. Libraries write a choice of objects as `anyOf`, and a schema with a name as `$ref`.
 */
export function isSchemaOfObjects(root: JsonObject): boolean {
  const onTheWay = new Set<JsonValue>();
  const ofObjects = (schema: JsonValue | undefined): boolean => {
    // A schema that leads back to itself says nothing.
    if (schema === undefined || !isJsonObject(schema) || onTheWay.has(schema)) return false;
    const { type, $ref, allOf, anyOf, oneOf } = schema;
    if (type !== undefined) return type === "object";
    onTheWay.add(schema);
    const found =
      (typeof $ref === "string" && ofObjects(valueAtPointer(root, $ref))) ||
      listed(allOf).some(ofObjects) ||
      [anyOf, oneOf].some((choice) => listed(choice).length > 0 && listed(choice).every(ofObjects));
    onTheWay.delete(schema);
    return found;
  };
  return ofObjects(root);
}

function listed(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}
