import { isJsonObject, type JsonObject, type JsonValue } from "@drover/engine";
import { pointerStep } from "./pointer-step.ts";

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

/** A schema that is part of another, and where in there: a JSON Pointer, empty for all of it. */
export interface SchemaPart {
  readonly schema: JsonObject;
  readonly place: string;
}

/**
 * All schemas in a schema, itself first. Members with unknown names count as schemas too, since a
 * `$ref` may lead there.
 */
export function* partsIn(schema: JsonObject): Generator<SchemaPart> {
  const open: [JsonValue, string][] = [[schema, ""]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, place] = next;
    if (Array.isArray(value)) open.push(...placed(value, place));
    if (!isJsonObject(value)) continue;
    yield { schema: value, place };
    for (const [member, within] of placed(value, place)) {
      const keyword = within.slice(place.length + 1);
      if (DATA_KEYWORDS.has(keyword)) continue;
      if (MAP_KEYWORDS.has(keyword) && isJsonObject(member)) open.push(...placed(member, within));
      else open.push([member, within]);
    }
  }
}

/** The same without their places. */
export function schemasIn(schema: JsonObject): JsonObject[] {
  return [...partsIn(schema)].map((part) => part.schema);
}

/** The members of an object or list, each with where it stands. */
function placed(value: JsonObject | JsonValue[], place: string): [JsonValue, string][] {
  return Object.entries(value).map(([name, member]) => [member, place + pointerStep(name)]);
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
