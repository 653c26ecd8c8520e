import { InputInvalidError, type WorkflowsError } from "@drover/engine";
import { InputsRefusedError, type StartRefusedError } from "../errors.ts";

/** Faults that the message names; who has more of them reads no further. */
const MOST_FAULTS = 10;

/** Why the one instance that was asked for cannot be started, all in its message. */
export function refusalOf(error: StartRefusedError): WorkflowsError {
  if (!(error instanceof InputsRefusedError)) return error.first;
  const { name, version } = error.workflow;
  const faults = error.errors.slice(0, MOST_FAULTS);
  return new InputInvalidError(
    name,
    version,
    faults.map(({ path, message }) => `${path || "/"} ${message}`),
  );
}
