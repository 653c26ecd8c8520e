import type { ErrorObject } from "ajv";
import { MOST_PROBLEMS } from "./limits.ts";
import { pointerStep } from "./pointer-step.ts";

/** One fault of a form's data. */
export interface FormProblem {
  /** JSON Pointer (RFC 6901) to the field, `/comments`; empty for the form as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Ajv's errors as people read them: each names the field it is about, none is said twice.
 * Never empty. */
export function formProblems(errors: readonly ErrorObject[]): FormProblem[] {
  const found = new Map<string, FormProblem>();
  for (const error of mostTelling(errors)) {
    if (found.size >= MOST_PROBLEMS) break;
    const problem = { path: pathOf(error), message: messageOf(error) };
    found.set(`${problem.path}\n${problem.message}`, problem);
  }
  // It was found wrong, and an empty list would say that it is right.
  if (found.size === 0) return [{ path: "", message: "is wrong" }];
  return [...found.values()];
}

/** "must match then schema" says nothing beside the fault that was found in there. */
function mostTelling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const telling = errors.filter((error) => error.keyword !== "if");
  return telling.length > 0 ? telling : errors;
}

/** Ajv puts a missing or superfluous member on the object that it is (not) in. */
function pathOf(error: ErrorObject): string {
  const member: unknown =
    error.params["missingProperty"] ??
    error.params["additionalProperty"] ??
    error.params["unevaluatedProperty"] ??
    error.params["propertyName"];
  return typeof member === "string" ? error.instancePath + pointerStep(member) : error.instancePath;
}

function messageOf(error: ErrorObject): string {
  switch (error.keyword) {
    case "required":
    case "dependentRequired":
      return "is required";
    case "additionalProperties":
    case "unevaluatedProperties":
      return "is not a known field";
    case "enum":
      return `must be one of ${JSON.stringify(error.params["allowedValues"])}`;
    case "const":
      return `must be ${JSON.stringify(error.params["allowedValue"])}`;
    default:
      return error.message ?? "is wrong";
  }
}
