import { FaultsError, type Fault } from "@drover/engine";

/** The form's data does not match the task's schema; paths are JSON Pointers. */
export class FormInvalidError extends FaultsError {
  constructor(taskId: string, errors: readonly Fault[]) {
    super("FORM_INVALID", `Form data for task ${taskId} is invalid`, errors);
  }
}
