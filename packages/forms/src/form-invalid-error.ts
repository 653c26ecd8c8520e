import { HumanTaskError } from "@drover/engine";
import type { FormProblem } from "./form-problems.ts";

/** The form's data does not match the task's schema; each fault names its field. */
export class FormInvalidError extends HumanTaskError {
  readonly errors: readonly FormProblem[];

  constructor(taskId: string, errors: readonly FormProblem[]) {
    super("FORM_INVALID", `Form data for task ${taskId} is invalid`);
    this.errors = errors;
  }
}
