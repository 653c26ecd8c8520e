import { FaultsError, WorkflowsError, type Fault } from "@drover/engine";

/** The request has not the shape it should have. */
export class RequestInvalidError extends FaultsError {
  constructor(method: string, path: string, errors: readonly Fault[]) {
    super("REQUEST_INVALID", `Validation failed for ${method} ${path}`, errors);
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

/** Who calls has not said who it is, or nobody knows it. */
export class UnauthorizedError extends WorkflowsError {
  /** What has to be given, for the header `WWW-Authenticate`. */
  readonly challenge: string;

  constructor(challenge: string) {
    super("UNAUTHORIZED", "This takes a key, and none was given that is known");
    this.challenge = challenge;
  }
}

/** Who calls is known, and may not do this. */
export class ForbiddenError extends WorkflowsError {
  constructor(reason: string) {
    super("FORBIDDEN", reason);
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
