import { isJsonObject, type JsonObject, type JsonValue, valueAtPointer } from "@drover/engine";
import { schemasIn } from "./schema-walk.ts";

/** Members whose schemas judge the very value that the schema around them judges. */
const LISTS = ["allOf", "anyOf", "oneOf"];
const SINGLE = ["not", "if", "then", "else"];
const REFERENCES = ["$ref", "$dynamicRef"];

/**
 * The reference by which a schema leads back to itself without going into the value, or null.
 * Whoever comes there goes round without an end; a tree, that refers to itself for its members,
 * does not. Schemas with an `$id` further down have several roots and are not looked through.
 */
export function selfReference(root: JsonObject): string | null {
  const parts = schemasIn(root);
  if (parts.some((part) => part !== root && "$id" in part)) return null;
  const done = new Set<JsonObject>();
  const onTheWay = new Set<JsonObject>();
  const visit = (schema: JsonObject): string | null => {
    if (done.has(schema)) return null;
    onTheWay.add(schema);
    for (const [next, reference] of sameValue(schema, root, parts)) {
      const found = onTheWay.has(next) ? reference : visit(next);
      if (found !== null) return found;
    }
    onTheWay.delete(schema);
    done.add(schema);
    return null;
  };
  for (const part of parts) {
    const found = visit(part);
    if (found !== null) return found;
  }
  return null;
}

/** The schemas that judge the same value next, with the reference that leads there. */
function sameValue(
  schema: JsonObject,
  root: JsonObject,
  parts: readonly JsonObject[],
): [JsonObject, string][] {
  const dependent = schema["dependentSchemas"] ?? null;
  const inner = [
    ...LISTS.flatMap((keyword) => schema[keyword] ?? []),
    ...SINGLE.map((keyword) => schema[keyword]),
    ...(isJsonObject(dependent) ? Object.values(dependent) : []),
  ].map((value): [JsonValue | undefined, string] => [value, "#"]);
  const referred = REFERENCES.map((keyword): [JsonValue | undefined, string] => {
    const reference = schema[keyword];
    return typeof reference === "string" ? [target(reference, root, parts), reference] : [null, ""];
  });
  return [...inner, ...referred].flatMap(([value, reference]): [JsonObject, string][] =>
    value !== undefined && isJsonObject(value) ? [[value, reference]] : [],
  );
}

/** What `#`, `#/a/b` or `#name` refers to; null where Ajv has to say that it is nothing. */
function target(
  reference: string,
  root: JsonObject,
  parts: readonly JsonObject[],
): JsonValue | undefined {
  const path = reference.slice(1);
  if (path !== "" && !path.startsWith("/")) {
    return parts.find((part) => part["$anchor"] === path || part["$dynamicAnchor"] === path);
  }
  return valueAtPointer(root, reference);
}
