import { isJsonObject, type JsonObject } from "@drover/engine";
import safeRegex from "safe-regex2";
import { compileSchema } from "./compile.ts";
import { DEEPEST_SCHEMA, LARGEST_SCHEMA } from "./limits.ts";
import { depthOf, schemasIn } from "./schema-walk.ts";

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
  const checks = [draftProblems, referenceProblems, patternProblems];
  const problems = checks.flatMap((check) => parts.flatMap((part) => check(part)));
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
    const fault = syntaxFault(text);
    if (fault !== null) return [`Form schema has the pattern '${text}', which is wrong: ${fault}`];
    return safeRegex(text)
      ? []
      : [`Form schema has the pattern '${text}', which may take for ever: it repeats a repetition`];
  });
}

function syntaxFault(pattern: string): string | null {
  try {
    RegExp(pattern, "u");
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

function compileProblems(schema: JsonObject): string[] {
  try {
    compileSchema(schema, { allErrors: false, validateSchema: true });
    return [];
  } catch (error) {
    return [`Form schema cannot be read: ${reasonOf(error)}`];
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
