import { FaultsError, InputInvalidError, type Fault, WorkflowsError } from "@drover/engine";

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

/** What only an instance that is over can be asked for. */
export class InstanceNotOverError extends WorkflowsError {
  constructor(instanceId: string, status: string) {
    super("INSTANCE_NOT_OVER", `Workflow '${instanceId}' is not over: it is ${status}`);
  }
}

/** An instance that cannot be deleted: a step of another one has started it, and may ask what it came to. */
export class InstanceNeededError extends WorkflowsError {
  constructor(instanceId: string) {
    super("INSTANCE_NEEDED", `Workflow '${instanceId}' was started by one that is not over`);
  }
}
