import type { WorkflowStructure } from "@drover/engine";
import { checkFormSchema } from "./check-form-schema.ts";

/**
 * What keeps the schemas of a definition (its forms, its input) from being used, in words: a form
 * that nobody could fill in, and an input that nobody could give, is better found when the
 * definition is registered than when the first person tries.
 */
export function schemaProblems({ steps, inputSchema }: WorkflowStructure): string[] {
  const problems = steps.flatMap(({ name, formSchema }) =>
    formSchema === undefined ? [] : checkFormSchema(formSchema, `Form of step '${name}'`),
  );
  if (inputSchema !== undefined) problems.push(...checkFormSchema(inputSchema, "Input schema"));
  return problems;
}
