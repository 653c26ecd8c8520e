import type { JsonObject } from "../http/shapes.ts";
import { sampleNumber } from "./sample-number.ts";
import { sampleText } from "./sample-text.ts";

/** No value can be made of the schema; somebody has to give one. */
export class SampleError extends Error {
  readonly code = "LOAD_SAMPLE";
}

/** Schemas that refer to themselves have no end. */
const DEEPEST = 32;

interface Place {
  /** The whole schema, for references into it. */
  readonly root: JsonObject;
  /** JSON Pointer of the value, for messages. */
  readonly path: string;
  readonly depth: number;
}

/**
 * A value that matches a JSON Schema, always the same: what the schema itself gives (`const`,
 * `examples`, `default`, `enum`), else the least that its keywords allow. Of objects the required
 * members are made. Whether it matches is for the server to say; keywords not known here are left
 * out of account.
 * @throws SampleError naming the place where it cannot be told what would match
 */
export function sampleOf(schema: JsonObject): unknown {
  return valueOf(schema, { root: schema, path: "", depth: 0 });
}

function valueOf(schema: unknown, place: Place): unknown {
  if (place.depth > DEEPEST) throw unclear(place, "the schema goes on without end");
  if (!isObject(schema)) {
    if (schema === false) throw unclear(place, "nothing is allowed");
    return {};
  }
  if ("const" in schema) return schema["const"];
  // What is off by default is switched on: people say yes, and the flow goes on.
  if ("default" in schema && schema["default"] !== false) return schema["default"];
  for (const values of [schema["examples"], schema["enum"]]) {
    if (Array.isArray(values) && values.length > 0) return values[0];
  }
  if (typeof schema["$ref"] === "string") {
    return valueOf(referred(schema["$ref"], place), deeper(place));
  }
  return composed(schema, place);
}

/** Of `allOf` all parts count, of `anyOf` and `oneOf` the first one. */
function composed(schema: JsonObject, place: Place): unknown {
  const { allOf, anyOf, oneOf, ...rest } = schema;
  const chosen = [...list(allOf), ...list(anyOf).slice(0, 1), ...list(oneOf).slice(0, 1)];
  if (chosen.length === 0) return ofType(schema, place);
  const parts = chosen.map((part) => resolved(part, place));
  return valueOf([rest, ...parts].reduce(merged), deeper(place));
}

function ofType(schema: JsonObject, place: Place): unknown {
  switch (typeOf(schema)) {
    case "object":
      return objectOf(schema, place);
    case "array":
      return Array.from({ length: numberIn(schema, "minItems") ?? 0 }, (_, index) =>
        valueOf(list(schema["prefixItems"])[index] ?? schema["items"], deeper(place, index)),
      );
    case "string": {
      const text = sampleText(schema);
      if (text === null) throw unclear(place, `of the pattern ${String(schema["pattern"])}`);
      return text;
    }
    case "integer":
    case "number":
      return sampleNumber(schema);
    case "null":
      return null;
    default:
      return true;
  }
}

function objectOf(schema: JsonObject, place: Place): JsonObject {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = list(schema["required"]).filter((name) => typeof name === "string");
  return Object.fromEntries(
    required.map((name) => [
      name,
      // Any value will do where nothing is said of it.
      Object.hasOwn(properties, name) ? valueOf(properties[name], deeper(place, name)) : "sample",
    ]),
  );
}

/** Schemas without a type often tell it by their other keywords. */
function typeOf(schema: JsonObject): unknown {
  const types = [schema["type"]].flat().filter((type) => type !== undefined);
  if (types.length > 0) return types.find((type) => type !== "null") ?? "null";
  if ("minimum" in schema || "maximum" in schema) return "number";
  if ("pattern" in schema || "format" in schema || "minLength" in schema) return "string";
  return "items" in schema ? "array" : "object";
}

function referred(reference: string, place: Place): unknown {
  if (!reference.startsWith("#")) throw unclear(place, `it refers to ${reference}`);
  const names = decodeURIComponent(reference.slice(1)).split("/").slice(1);
  return names.reduce<unknown>((schema, name) => {
    const key = name.replaceAll("~1", "/").replaceAll("~0", "~");
    if ((isObject(schema) || Array.isArray(schema)) && Object.hasOwn(schema, key)) {
      return Object.getOwnPropertyDescriptor(schema, key)?.value;
    }
    throw unclear(place, `${reference} is not in the schema`);
  }, place.root);
}

function resolved(part: unknown, place: Place): JsonObject {
  const schema = isObject(part) ? part : {};
  if (typeof schema["$ref"] !== "string") return schema;
  return resolved(referred(schema["$ref"], place), deeper(place));
}

/** Both at once; where they say something of one keyword, the later one. */
function merged(one: JsonObject, other: JsonObject): JsonObject {
  const both = (name: string) => [one[name], other[name]].filter((value) => isObject(value));
  const required = [...new Set([...list(one["required"]), ...list(other["required"])])];
  return {
    ...one,
    ...other,
    ...(required.length === 0 ? {} : { required }),
    ...(both("properties").length === 0
      ? {}
      : { properties: Object.assign({}, ...both("properties")) }),
  };
}

function deeper({ root, path, depth }: Place, name?: string | number): Place {
  return { root, path: name === undefined ? path : `${path}/${name}`, depth: depth + 1 };
}

function unclear({ path }: Place, why: string): SampleError {
  return new SampleError(`no sample can be made for "${path === "" ? "/" : path}": ${why}`);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function numberIn(schema: JsonObject, name: string): number | undefined {
  const value = schema[name];
  return typeof value === "number" ? value : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
