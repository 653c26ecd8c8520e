import { isJsonObject, type JsonObject, type JsonValue } from "@drover/engine";
import { compileSchema } from "./compile.ts";
import { linearRegExp } from "./linear-reg-exp.ts";
import { DEEPEST_SCHEMA, LARGEST_SCHEMA, MOST_UNIQUE_ITEMS } from "./limits.ts";
import { reasonOf } from "./reason-of.ts";
import { depthOf, schemasIn } from "./schema-walk.ts";
import { selfReference } from "./self-reference.ts";

/** One value of each kind: what a schema says of any of them, it says now. */
const SAMPLES: readonly JsonValue[] = [{}, { a: {} }, [], [[]], "", 0, true, null];

const DRAFT = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/**
 * Everything that keeps a schema from being used for forms, in words; empty when it is right.
 * To be called once, when a definition is registered.
 */
export function checkFormSchema(schema: JsonObject): string[] {
  const size = Buffer.byteLength(JSON.stringify(schema));
  if (size > LARGEST_SCHEMA) {
    return [`Form schema has ${size} bytes; ${LARGEST_SCHEMA} are the most`];
  }
  if (depthOf(schema, DEEPEST_SCHEMA + 1) > DEEPEST_SCHEMA) {
    return [`Form schema is nested more than ${DEEPEST_SCHEMA} levels deep`];
  }
  const parts = [...schemasIn(schema)];
  const checks = [draftProblems, asyncProblems, referenceProblems, patternProblems, uniqueProblems];
  const problems = checks.flatMap((check) => parts.flatMap((part) => check(part)));
  const reference = selfReference(schema);
  if (reference !== null) {
    problems.push(`Form schema leads to itself by '${reference}', without going into the value`);
  }
  // Ajv would say the same again, less clearly.
  return problems.length > 0 ? [...new Set(problems)] : compileProblems(schema);
}

function draftProblems({ $schema }: JsonObject): string[] {
  if ($schema === undefined || (typeof $schema === "string" && DRAFT.test($schema))) return [];
  return [
    `Form schema is of ${JSON.stringify($schema)}; JSON Schema draft 2020-12 is what is read`,
  ];
}

/** Nothing is ever fetched, so a schema has to hold all that it refers to. */
function referenceProblems(schema: JsonObject): string[] {
  return ["$ref", "$dynamicRef"].flatMap((keyword) => {
    const target = schema[keyword];
    return typeof target === "string" && !target.startsWith("#")
      ? [`Form schema refers to '${target}'; only references within it ('#/…') are followed`]
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
      return [`Form schema has the pattern '${text}', which cannot be used: ${reasonOf(error)}`];
    }
  });
}

/** An asynchronous validator answers with a promise, which is no answer. */
function asyncProblems({ $async }: JsonObject): string[] {
  return $async === undefined ? [] : ["Form schema has '$async', which is not of JSON Schema"];
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
        `Form schema has 'uniqueItems' for items of any type: give 'items' one scalar type, or ` +
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
    return [`Form schema cannot be read: ${reasonOf(error)}`];
  }
}
