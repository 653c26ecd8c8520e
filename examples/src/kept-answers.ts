import { HumanStep, isJsonObject, type JsonObject, type WorkflowContext } from "@drover/engine";

/**
 * A person's step that also keeps each answer under `<step>_<field>`. Forms merge flat: of two that
 * are open at once and share a field, the later would have the only word.
 */
export class AnsweredStep<Data extends object> extends HumanStep<Data> {
  override execute(context: WorkflowContext<Data>): JsonObject {
    const answers = isJsonObject(context.submission) ? context.submission : {};
    // These keys are made from names; what the workflow's Data calls them is up to the workflow.
    const keys: unknown = context;
    const plain = keys as WorkflowContext;
    // A field that is left empty is kept as null: in a loop, last round's answer is none of this one.
    for (const field of fieldsOf(this.formSchema)) {
      plain.set(`${context.currentStep}_${field}`, answers[field] ?? null);
    }
    return answers;
  }
}

function fieldsOf(formSchema: JsonObject | null): string[] {
  const properties = formSchema?.["properties"];
  return isJsonObject(properties) ? Object.keys(properties) : [];
}
