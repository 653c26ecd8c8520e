import { FaultsError, InputInvalidError, type Fault, type WorkflowsError } from "@drover/engine";

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
