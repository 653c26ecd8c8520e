import { WorkflowsError } from "@drover/engine";

/** The engine was closed: nothing runs on it any more. */
export class EngineClosedError extends WorkflowsError {
  constructor() {
    super("ENGINE_CLOSED", "The engine is closed");
  }
}

/** An instance is over and did not come to what somebody waits for. */
export class InstanceEndedError extends WorkflowsError {
  constructor(instanceId: string, status: string, error: string | null) {
    const why = error === null ? "" : `: ${error}`;
    super("INSTANCE_ENDED", `Workflow '${instanceId}' is ${status} for good${why}`);
  }
}
