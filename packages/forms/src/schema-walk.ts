import { isJsonObject, type JsonObject, type JsonValue } from "@drover/engine";

/** Members whose values are plain data: a `pattern` in there is no keyword. */
const DATA_KEYWORDS: ReadonlySet<string> = new Set(["const", "default", "enum", "examples"]);

/** Members that map names to schemas: a field may be called `pattern`. */
const MAP_KEYWORDS: ReadonlySet<string> = new Set([
  "$defs",
  "definitions",
  "dependentSchemas",
  "patternProperties",
  "properties",
]);

/**
 * All schemas in a schema, itself first. Members with unknown names count as schemas too, since a
 * `$ref` may lead there.
 */
export function* schemasIn(schema: JsonObject): Generator<JsonObject> {
  const open: JsonValue[] = [schema];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) open.push(...next);
    if (!isJsonObject(next)) continue;
    yield next;
    for (const [keyword, value] of Object.entries(next)) {
      if (DATA_KEYWORDS.has(keyword)) continue;
      if (MAP_KEYWORDS.has(keyword) && isJsonObject(value)) open.push(...Object.values(value));
      else open.push(value);
    }
  }
}

/** Levels of objects and lists in a value; 0 for a bare one. Stops counting at `limit`. */
export function depthOf(value: JsonValue, limit: number): number {
  let level: JsonValue[] = [value];
  for (let depth = 0; depth < limit; depth += 1) {
    level = level.flatMap(members);
    if (level.length === 0) return depth;
  }
  return limit;
}

/** Whether a value holds more than so many values, itself and all that lies in it. */
export function hasMoreValuesThan(value: JsonValue, limit: number): boolean {
  const open: JsonValue[] = [value];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    count += 1;
    if (count + open.length > limit) return true;
    for (const member of members(next)) open.push(member);
  }
  return false;
}

function members(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}
