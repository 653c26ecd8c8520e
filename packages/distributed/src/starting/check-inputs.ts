import type { FormValidator } from "@drover/forms";
import type { Fault, WorkflowStructure } from "@drover/engine";
import { InputsRefusedError } from "../errors.ts";
import type { StartOrder } from "./start-order.ts";

/** An order and the definition it is for. */
interface PlacedOrder {
  readonly order: StartOrder;
  readonly structure: WorkflowStructure;
}

/** Faults that are named; who has more of them reads no further. */
const MOST_FAULTS = 100;

/**
 * Holds inputs against their definitions' schemas. Inputs stay as they are: defaults are not filled
 * in, and `"5"` is no number.
 *
 * Faults carry the field's JSON Pointer in the input, `/amount`; in a batch the place of the input
 * stands before it, `instances.3.input_data/amount`.
 * @throws InputsRefusedError
 */
export function checkInputs(forms: FormValidator, placed: readonly PlacedOrder[]): void {
  const faults: Fault[] = [];
  let first: WorkflowStructure | null = null;
  for (const { order, structure } of placed) {
    const found = inputFaults(forms, order, structure);
    if (found.length === 0) continue;
    first ??= structure;
    faults.push(...found);
    // Nobody waits for the rest of a thousand inputs that are all wrong.
    if (faults.length >= MOST_FAULTS) break;
  }
  if (first === null) return;
  throw new InputsRefusedError(first, faults.slice(0, MOST_FAULTS));
}

function inputFaults(
  forms: FormValidator,
  { input, place }: StartOrder,
  { inputSchema }: WorkflowStructure,
): Fault[] {
  if (inputSchema === undefined) return [];
  const before = place === "" ? "" : `${place}input_data`;
  return forms
    .validate(inputSchema, input)
    .map(({ path, message }) => ({ path: before + path, message }));
}
