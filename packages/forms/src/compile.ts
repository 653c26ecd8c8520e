import type { JsonObject } from "@drover/engine";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { isUrl } from "./is-url.ts";
import { linearRegExp } from "./linear-reg-exp.ts";

/*
 * Ajv turns a schema into code with `new Function`. That is right here and nowhere else: schemas
 * are part of workflow definitions, which are code that the team has deployed; what strangers
 * send is only ever data that the compiled code looks at.
 */

export interface CompileOptions {
  /** List all faults of the data, not just the first. */
  readonly allErrors: boolean;
  /** Look for faults of the schema itself; takes most of the time. */
  readonly validateSchema: boolean;
}

/**
 * Compiles a schema of draft 2020-12. Each gets an Ajv of its own: one that is shared keeps every
 * schema for ever and refuses the second use of an `$id`.
 * @throws Error when the schema is wrong; nothing is fetched for a remote `$ref`, it is wrong too
 */
export function compileSchema(schema: JsonObject, options: CompileOptions): ValidateFunction {
  const ajv = new Ajv2020({
    // Keywords and formats for user interfaces (`widget`, `format: textarea`) are no fault.
    strict: false,
    logger: false,
    ...options,
    // Without this `constructor` would count as a field that every form has.
    ownProperties: true,
    code: { regExp: linearRegExp },
  });
  addFormats.default(ajv);
  ajv.addFormat("url", isUrl);
  const validate = ajv.compile(schema);
  // It would answer with a promise, and what rejects there nobody catches.
  if ("$async" in validate) throw new Error("'$async' is not of JSON Schema");
  return validate;
}
