import { InputInvalidError, type JsonObject, type WorkflowStructure } from "@drover/engine";
import type { FormValidator } from "./form-validator.ts";

/** Faults that the error names; who has more of them reads no further. */
const MOST_FAULTS = 10;

/**
 * Holds inputs against the schemas of their workflows, where no form-like answer is due.
 * @returns a function that throws InputInvalidError, naming fields and faults
 */
export function inputCheck(
  validator: FormValidator,
): (structure: WorkflowStructure, input: JsonObject) => void {
  return ({ name, version, inputSchema }, input) => {
    if (inputSchema === undefined) return;
    const faults = validator.validate(inputSchema, input);
    if (faults.length === 0) return;
    const named = faults
      .slice(0, MOST_FAULTS)
      .map(({ path, message }) => `${path || "/"} ${message}`);
    throw new InputInvalidError(name, version, named);
  };
}
