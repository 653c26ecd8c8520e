import { UnauthorizedTaskError, type JsonObject, type TaskView } from "@drover/engine";
import { FormInvalidError } from "./form-invalid-error.ts";
import type { FormValidator } from "./form-validator.ts";

/**
 * Holds a person's answer against its task: the task has to be this person's or nobody's, and its
 * form has to be filled in rightly.
 * @throws UnauthorizedTaskError, FormInvalidError
 */
export function checkAnswer(
  forms: FormValidator,
  task: Pick<TaskView, "id" | "assigneeId" | "formSchema">,
  answer: { readonly completedBy: string; readonly data: JsonObject },
): void {
  const { id, assigneeId, formSchema } = task;
  const { completedBy, data } = answer;
  if (assigneeId !== null && assigneeId !== completedBy) {
    throw new UnauthorizedTaskError(id, completedBy);
  }
  const faults = formSchema === null ? [] : forms.validate(formSchema, data);
  if (faults.length > 0) throw new FormInvalidError(id, faults);
}
