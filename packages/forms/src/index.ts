export { checkAnswer } from "./check-answer.ts";
export { schemaProblems } from "./check-definition.ts";
export { type FormProblem } from "./form-problems.ts";
export { FormInvalidError } from "./form-invalid-error.ts";
export { inputCheck } from "./check-input.ts";
export { FormValidator } from "./form-validator.ts";
