import { WorkflowsError } from "@drover/engine";

/** One thing that is wrong with a request: where, and what. */
export interface RequestFault {
  readonly path: string;
  readonly message: string;
}

/** An error that lists what is wrong, place by place. */
export class FaultyRequestError extends WorkflowsError {
  readonly errors: readonly RequestFault[];

  constructor(code: string, message: string, errors: readonly RequestFault[]) {
    super(code, message);
    this.errors = errors;
  }
}

/** The request has not the shape it should have. */
export class RequestInvalidError extends FaultyRequestError {
  constructor(method: string, path: string, errors: readonly RequestFault[]) {
    super("REQUEST_INVALID", `Validation failed for ${method} ${path}`, errors);
  }
}

/** The form's data does not match the task's schema; paths are JSON Pointers. */
export class FormInvalidError extends FaultyRequestError {
  constructor(taskId: string, errors: readonly RequestFault[]) {
    super("FORM_INVALID", `Form data for task ${taskId} is invalid`, errors);
  }
}

/** Why instances cannot be started, order by order; none of them was. */
export class StartRefusedError extends FaultyRequestError {
  /** @param first stands for all of them: its code and message are the answer's */
  constructor(first: WorkflowsError, errors: readonly RequestFault[]) {
    super(first.code, first.message, errors);
  }
}

export class JsonMalformedError extends WorkflowsError {
  constructor(reason: string) {
    super("JSON_MALFORMED", `JSON is malformed: ${reason}`);
  }
}

export class MediaTypeError extends WorkflowsError {
  constructor(given: string | undefined) {
    const what = given === undefined ? "none was named" : `it is '${given}'`;
    super("MEDIA_TYPE_UNSUPPORTED", `The body must be application/json; ${what}`);
  }
}

export class BodyTooLargeError extends WorkflowsError {
  constructor(mostBytes: number) {
    super("BODY_TOO_LARGE", `The body has more than ${mostBytes} bytes`);
  }
}

export class RouteNotFoundError extends WorkflowsError {
  constructor(path: string) {
    super("ROUTE_NOT_FOUND", `Nothing is at ${path}`);
  }
}

/*
 * The three below say over HTTP what the engine's errors of the same codes say in code: the
 * documents word them differently there.
 */

export class DefinitionNotFoundError extends WorkflowsError {
  constructor(name: string, version?: string, available: readonly string[] = []) {
    const known = available.length > 0 ? `. Available versions: ${available.join(", ")}` : "";
    super(
      "WORKFLOW_NOT_FOUND",
      version === undefined
        ? `Workflow definition '${name}' not found`
        : `Workflow definition '${name}' version '${version}' not found${known}`,
    );
  }
}

export class InstanceNotFoundError extends WorkflowsError {
  constructor(id: string) {
    super("INSTANCE_NOT_FOUND", `Workflow instance ${id} not found`);
  }
}

export class TaskNotThereError extends WorkflowsError {
  constructor(id: string) {
    super("TASK_NOT_FOUND", `Task ${id} not found`);
  }
}

export class UnknownGraphFormatError extends WorkflowsError {
  constructor(format: string) {
    super("GRAPH_FORMAT_UNKNOWN", `Unknown format: ${format}`);
  }
}

/** The idempotency key was used before, with another request. */
export class IdempotencyConflictError extends WorkflowsError {
  constructor(key: string) {
    super(
      "IDEMPOTENCY_CONFLICT",
      `Idempotency key '${key}' was used before with another request; give this one a key of its own`,
    );
  }
}
