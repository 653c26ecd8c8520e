import { databaseTrouble, type DatabaseTrouble } from "@drover/db";
import { FaultsError, WorkflowsError, type Fault } from "@drover/engine";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { UnauthorizedError } from "./errors.ts";
import { toldPath } from "./requests/told-path.ts";

/** An error as it goes over HTTP (RFC 9457). */
interface Problem {
  /** Stable, made from the code. */
  readonly type: string;
  readonly title: string;
  readonly status: ContentfulStatusCode;
  readonly detail: string;
  /** Path of the request. */
  readonly instance: string;
  readonly code: string;
  readonly request_id: string;
  readonly errors?: readonly Fault[];
}

type Kind = readonly [status: ContentfulStatusCode, title: string];

/** Every code that may leave the API. What is not here is nobody's business and becomes a 500. */
const KINDS: Readonly<Record<string, Kind>> = {
  WORKFLOW_NOT_FOUND: [404, "Workflow not found"],
  WORKFLOW_INACTIVE: [409, "Workflow is inactive"],
  INSTANCE_NOT_FOUND: [404, "Workflow instance not found"],
  WORKFLOW_ALREADY_COMPLETED: [409, "Workflow instance is over"],
  INSTANCE_NOT_FAILED: [409, "Workflow instance has not failed"],
  INSTANCE_NOT_OVER: [409, "Workflow instance is not over"],
  INSTANCE_NEEDED: [409, "Workflow instance is still needed"],
  STEPS_UNDONE: [409, "Steps of the workflow instance were undone"],
  INSTANCE_UNDOING: [409, "Workflow instance undoes its steps"],
  SIGNALS_FULL: [429, "Workflow instance keeps too many signals"],
  INSTANCE_NOT_PAUSED: [409, "Workflow instance is not paused"],
  INSTANCE_NOT_WAITING: [409, "Workflow instance is not waiting there"],
  STEP_NOT_FOUND: [422, "Step cannot be gone on from"],
  STEP_NOT_LIVE: [409, "Step is not live"],
  STEP_AMBIGUOUS: [409, "Step is live several times"],
  TASK_NOT_FOUND: [404, "Task not found"],
  TASK_ALREADY_COMPLETED: [409, "Task is not pending"],
  TASK_UNAUTHORIZED: [403, "Not the assignee"],
  FORM_INVALID: [422, "Form data is invalid"],
  INPUT_INVALID: [422, "Input data is invalid"],
  CALLBACK_NOT_FOUND: [404, "Webhook token not found"],
  CALLBACK_ALREADY_USED: [409, "Webhook token was used"],
  GRAPH_FORMAT_UNKNOWN: [404, "Unknown graph format"],
  IDEMPOTENCY_CONFLICT: [409, "Idempotency key was used with another request"],
  UNAUTHORIZED: [401, "A key is needed"],
  FORBIDDEN: [403, "Not allowed with this key"],
  REQUEST_INVALID: [400, "Request is invalid"],
  JSON_MALFORMED: [400, "JSON is malformed"],
  NOT_JSON: [400, "Value cannot be stored"],
  BODY_TOO_LARGE: [413, "Body is too large"],
  PAYLOAD_TOO_LARGE: [413, "Payload is too large"],
  MEDIA_TYPE_UNSUPPORTED: [415, "Media type is not supported"],
  ROUTE_NOT_FOUND: [404, "Not found"],
  METHOD_NOT_ALLOWED: [405, "Method is not allowed"],
  BAD_REQUEST: [400, "Bad request"],
  OVERLOADED: [503, "Too much at once"],
  DATABASE_UNAVAILABLE: [503, "Database is unavailable"],
  DATABASE_BUSY: [503, "Database is busy"],
  DATABASE_READ_ONLY: [503, "Database is read-only"],
  DATABASE_EXHAUSTED: [503, "Database is out of resources"],
  INTERNAL_ERROR: [500, "Internal error"],
};

/** The codes, for tests and documents. */
export const PROBLEM_CODES = Object.keys(KINDS);

/** Seconds after which it is worth trying again. */
const RETRY_AFTER = "2";

/** The answer to a request that has ended in an error. */
export function problemResponse(error: unknown, context: Context): Response {
  const { code, detail, errors } = describeProblem(error);
  const [status, title] = KINDS[code] ?? [500, "Internal error"];
  const problem: Problem = {
    type: `urn:drover:problem:${code.toLowerCase().replaceAll("_", "-")}`,
    title,
    status,
    detail,
    instance: toldPath(context.req.path),
    code,
    request_id: requestIdOf(context),
    ...(errors === undefined ? {} : { errors }),
  };
  if (status === 503) context.header("Retry-After", RETRY_AFTER);
  if (error instanceof UnauthorizedError) context.header("WWW-Authenticate", error.challenge);
  // Of a body beyond all measure the rest is never read, so nothing can follow on this connection.
  if (status === 413) context.header("Connection", "close");
  return context.body(JSON.stringify(problem), status, {
    "content-type": "application/problem+json",
  });
}

interface Description {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly Fault[];
}

/** What is told of a Postgres in trouble; the log has the rest. */
const TROUBLES: Readonly<Record<DatabaseTrouble, Description>> = {
  unreachable: {
    code: "DATABASE_UNAVAILABLE",
    detail: "The database cannot be reached; try again",
  },
  "read-only": {
    code: "DATABASE_READ_ONLY",
    detail: "The database takes no writes at present; try again",
  },
  exhausted: {
    code: "DATABASE_EXHAUSTED",
    detail: "The database has run out of disk space or memory; try again later",
  },
  busy: { code: "DATABASE_BUSY", detail: "The database took too long to answer; try again" },
};

/** What strangers may know of an error. */
export function describeProblem(error: unknown): Description {
  if (error instanceof WorkflowsError && error.code in KINDS) {
    const base = { code: error.code, detail: error.message };
    return error instanceof FaultsError ? { ...base, errors: error.errors } : base;
  }
  // Hono's own, for requests that it cannot read.
  if (error instanceof HTTPException && error.status < 500) {
    return { code: "BAD_REQUEST", detail: error.message };
  }
  const trouble = databaseTrouble(error);
  if (trouble !== null) return TROUBLES[trouble];
  return { code: "INTERNAL_ERROR", detail: "Something went wrong; the log says what" };
}

function requestIdOf(context: Context): string {
  const id: unknown = context.get("requestId");
  return typeof id === "string" ? id : "";
}
