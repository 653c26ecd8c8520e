import { WorkflowsError } from "@drover/engine";

/** Of a long history the API's detail shows the beginning alone; half a run cannot be replayed. */
export class HistoryIncompleteError extends WorkflowsError {
  constructor(shown: number, total: number) {
    super(
      "HISTORY_INCOMPLETE",
      `The answer has ${shown} of ${total} step executions: read the rest with ` +
        "`GET /workflows/instances/{id}/history` and put all of them into `step_history`, " +
        "or record the instance from an engine",
    );
  }
}
