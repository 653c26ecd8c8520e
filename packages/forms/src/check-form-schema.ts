import { isJsonObject, type JsonObject, type JsonValue } from "@drover/engine";
import { compileSchema } from "./compile.ts";
import { linearRegExp } from "./linear-reg-exp.ts";
import { DEEPEST_SCHEMA, LARGEST_SCHEMA, MOST_UNIQUE_ITEMS } from "./limits.ts";
import { reasonOf } from "./reason-of.ts";
import { depthOf, partsIn } from "./schema-walk.ts";
import { selfReference } from "./self-reference.ts";

/** One value of each kind: what a schema says of any of them, it says now. */
const SAMPLES: readonly JsonValue[] = [{}, { a: {} }, [], [[]], "", 0, true, null];

const DRAFT = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/**
 * Everything that keeps a schema from being used for forms, in words; empty when it is right.
 * To be called once, when a definition is registered.
 * @param what the schema is of, as the words begin
 */
export function checkFormSchema(schema: JsonObject, what = "Form schema"): string[] {
  return problemsOf(schema).map((problem) => `${what} ${problem}`);
}

/** All problems, each said of a schema that was named before. */
function problemsOf(schema: JsonObject): string[] {
  const size = Buffer.byteLength(JSON.stringify(schema));
  if (size > LARGEST_SCHEMA) {
    return [`has ${size} bytes; ${LARGEST_SCHEMA} are the most`];
  }
  if (depthOf(schema, DEEPEST_SCHEMA + 1) > DEEPEST_SCHEMA) {
    return [`is nested more than ${DEEPEST_SCHEMA} levels deep`];
  }
  const problems = partProblems(schema);
  const reference = selfReference(schema);
  if (reference !== null) {
    problems.push(`leads to itself by '${reference}', without going into the value`);
  }
  // Ajv would say the same again, less clearly.
  return problems.length > 0 ? problems : compileProblems(schema);
}

const CHECKS = [draftProblems, asyncProblems, referenceProblems, patternProblems, uniqueProblems];

/** What is wrong with the schemas in a schema, each fault once and with one place where it is. */
function partProblems(schema: JsonObject): string[] {
  const places = new Map<string, string>();
  for (const { schema: part, place } of partsIn(schema)) {
    for (const problem of CHECKS.flatMap((check) => check(part))) places.set(problem, place);
  }
  return [...places].map(([problem, place]) => (place === "" ? problem : `${problem} (${place})`));
}

function draftProblems({ $schema }: JsonObject): string[] {
  if ($schema === undefined || (typeof $schema === "string" && DRAFT.test($schema))) return [];
  return [`is of ${JSON.stringify($schema)}; JSON Schema draft 2020-12 is what is read`];
}

/** Nothing is ever fetched, so a schema has to hold all that it refers to. */
function referenceProblems(schema: JsonObject): string[] {
  return ["$ref", "$dynamicRef"].flatMap((keyword) => {
    const target = schema[keyword];
    return typeof target === "string" && !target.startsWith("#")
      ? [`refers to '${target}'; only references within it ('#/…') are followed`]
      : [];
  });
}

function patternProblems({ pattern, patternProperties }: JsonObject): string[] {
  const patterns = isJsonObject(patternProperties ?? null)
    ? Object.keys(patternProperties ?? {})
    : [];
  if (typeof pattern === "string") patterns.push(pattern);
  return patterns.flatMap((text) => {
    try {
      linearRegExp(text);
      return [];
    } catch (error) {
      return [`has the pattern '${text}', which cannot be used: ${reasonOf(error)}`];
    }
  });
}

/** An asynchronous validator answers with a promise, which is no answer. */
function asyncProblems({ $async }: JsonObject): string[] {
  return $async === undefined ? [] : ["has '$async', which is not of JSON Schema"];
}

const SCALARS: ReadonlySet<unknown> = new Set(["string", "number", "integer", "boolean", "null"]);

/** Lists and objects are compared each with each: a long list of them would take minutes. */
function uniqueProblems({ uniqueItems, items, maxItems }: JsonObject): string[] {
  if (uniqueItems !== true) return [];
  const type = isJsonObject(items) ? items["type"] : undefined;
  const isShort = typeof maxItems === "number" && maxItems <= MOST_UNIQUE_ITEMS;
  return isShort || SCALARS.has(type)
    ? []
    : [
        `has 'uniqueItems' for items of any type: give 'items' one scalar type, or ` +
          `'maxItems' of at most ${MOST_UNIQUE_ITEMS}`,
      ];
}

function compileProblems(schema: JsonObject): string[] {
  try {
    const validate = compileSchema(schema, { allErrors: false, validateSchema: true });
    // What cannot be used though it can be compiled is found out by using it.
    for (const sample of SAMPLES) validate(sample);
    return [];
  } catch (error) {
    return [`cannot be read: ${reasonOf(error)}`];
  }
}
