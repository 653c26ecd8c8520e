import { setTimeout as pause } from "node:timers/promises";
import {
  isJsonObject,
  type JsonValue,
  MachineStep,
  MapGroup,
  WorkflowDefinition,
  type WorkflowContext,
} from "@drover/engine";

interface BulkImportData {
  rows: JsonValue[];
  /** How long one row takes. Milliseconds. */
  row_takes: number;
  imported: number;
  rejected: { row: number; reason: string }[];
}

/** Rows under way at the same time, over all workers: what the system behind can take. */
const CONCURRENCY = 3;

const importRow = new MachineStep<BulkImportData>({
  name: "import_row",
  description: "Import the row at hand",
  execute: async (context) => {
    const row = context.item;
    const name = isJsonObject(row) ? row["name"] : undefined;
    if (typeof name !== "string" || name === "") throw new Error("A row needs a name");
    await pause(context.get("row_takes", 0), undefined, { signal: context.signal });
    return { id: `${context.itemIndex}-${name.toLowerCase()}` };
  },
});

/** Gets what became of every row, in the order of the rows. */
class Summarize extends MachineStep<BulkImportData> {
  override readonly name = "summarize";
  override readonly description = "Count what was imported and name what was not";

  override execute(context: WorkflowContext<BulkImportData>): void {
    const outcomes = context.get("_previous_result");
    const rejected = (Array.isArray(outcomes) ? outcomes : []).flatMap((outcome, row) => {
      const error = isJsonObject(outcome) ? outcome["error"] : undefined;
      if (!isJsonObject(error)) return [];
      const { message } = error;
      return [{ row, reason: typeof message === "string" ? message : "" }];
    });
    context.set("rejected", rejected);
    context.set("imported", context.get("rows", []).length - rejected.length);
  }
}

/** One step for every item of a list, a few at a time, on any worker; bad rows do not stop the good. */
export const bulkImport = new WorkflowDefinition<BulkImportData>({
  name: "bulk_import",
  version: "1.0.0",
  description: "Import a list of rows, three at a time",
  input: {
    type: "object",
    properties: { rows: { type: "array" }, row_takes: { type: "number", minimum: 0 } },
    required: ["rows"],
  },
  steps: [
    new MapGroup<BulkImportData>({
      name: "import_rows",
      items: (context) => context.get("rows", []),
      step: importRow,
      concurrency: CONCURRENCY,
      onFailure: "collect",
      callback: new Summarize(),
    }),
  ],
  edges: [],
  initialStep: "import_rows",
  terminalSteps: ["import_rows"],
});
