import { FaultsError, InputInvalidError, WorkflowsError, type Fault } from "@drover/engine";

/** Why instances cannot be started, order by order; none of them was. */
export class StartRefusedError extends FaultsError {
  /** What stands for all of them. */
  readonly first: WorkflowsError;

  /** @param first its code and message are this error's */
  constructor(first: WorkflowsError, errors: readonly Fault[]) {
    super(first.code, first.message, errors);
    this.first = first;
  }
}

interface NamedVersion {
  readonly name: string;
  readonly version: string;
}

/** As `StartRefusedError`, where it is inputs that do not match their workflows' schemas. */
export class InputsRefusedError extends StartRefusedError {
  readonly workflow: NamedVersion;

  /** @param workflow the first one whose input is wrong */
  constructor(workflow: NamedVersion, errors: readonly Fault[]) {
    super(new InputInvalidError(workflow.name, workflow.version), errors);
    this.workflow = workflow;
  }
}

/** No execution of a step is live; what the core says of a single execution, said of the step. */
export class NoLiveExecutionError extends WorkflowsError {
  constructor(stepName: string) {
    super("STEP_NOT_LIVE", `Step '${stepName}' cannot be skipped: no execution of it is live`);
  }
}

/** Several executions of the step are live, and nobody has said which one is meant. */
export class StepAmbiguousError extends WorkflowsError {
  /** @param total how many there are; `executionIds` may be some of them */
  constructor(stepName: string, executionIds: readonly string[], total = executionIds.length) {
    const more = total > executionIds.length ? ` and ${total - executionIds.length} more` : "";
    super(
      "STEP_AMBIGUOUS",
      `Step '${stepName}' has ${total} live executions; name one of them: ` +
        `${executionIds.join(", ")}${more}`,
    );
  }
}
