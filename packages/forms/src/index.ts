export { checkFormSchema } from "./check-form-schema.ts";
export { type FormProblem } from "./form-problems.ts";
export { inputCheck } from "./check-input.ts";
export { FormValidator } from "./form-validator.ts";
