import * as engine from "@drover/engine";
import { describe, expect, test } from "vitest";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { OverloadedError } from "@drover/db";
import { InstanceNeededError, InstanceNotOverError } from "@drover/distributed";
import { FormInvalidError } from "@drover/forms";
import { ForbiddenError, UnauthorizedError } from "./errors.ts";
import { PROBLEM_CODES, problemResponse } from "./problem.ts";

async function problemOf(error: Error) {
  const app = new Hono();
  app.get("/*", () => {
    throw error;
  });
  app.onError(problemResponse);
  const response = await app.request("/some/where?with=query");
  return { response, problem: await response.json() };
}

const cases: [Error, number, string][] = [
  [new engine.WorkflowNotFoundError("x"), 404, "WORKFLOW_NOT_FOUND"],
  [new engine.WorkflowInactiveError("x"), 409, "WORKFLOW_INACTIVE"],
  [new engine.WorkflowInstanceNotFoundError("x"), 404, "INSTANCE_NOT_FOUND"],
  [new engine.WorkflowAlreadyCompletedError("x", "failed"), 409, "WORKFLOW_ALREADY_COMPLETED"],
  [new engine.InstanceNotFailedError("x", "running"), 409, "INSTANCE_NOT_FAILED"],
  [new InstanceNotOverError("x", "running"), 409, "INSTANCE_NOT_OVER"],
  [new InstanceNeededError("x"), 409, "INSTANCE_NEEDED"],
  [new engine.InstanceNotPausedError("x", "running"), 409, "INSTANCE_NOT_PAUSED"],
  [new engine.InstanceNotWaitingError("x", "a", "running", []), 409, "INSTANCE_NOT_WAITING"],
  [new engine.StepNotFoundError("x"), 422, "STEP_NOT_FOUND"],
  [new engine.StepNotLiveError("x"), 409, "STEP_NOT_LIVE"],
  [new engine.NoLiveExecutionError("x"), 409, "STEP_NOT_LIVE"],
  [new engine.StepAmbiguousError("x", ["1", "2"]), 409, "STEP_AMBIGUOUS"],
  [new engine.TaskNotFoundError("x"), 404, "TASK_NOT_FOUND"],
  [new engine.TaskAlreadyCompletedError("x"), 409, "TASK_ALREADY_COMPLETED"],
  [new engine.UnauthorizedTaskError("x", "bob"), 403, "TASK_UNAUTHORIZED"],
  [new engine.CallbackNotFoundError(), 404, "CALLBACK_NOT_FOUND"],
  [new engine.CallbackAlreadyUsedError(), 409, "CALLBACK_ALREADY_USED"],
  [new engine.NotJsonError("x", "is NaN"), 400, "NOT_JSON"],
  [new FormInvalidError("x", []), 422, "FORM_INVALID"],
  [new engine.InputInvalidError("x", "1.0.0"), 422, "INPUT_INVALID"],
  [new engine.IdempotencyConflictError("x"), 409, "IDEMPOTENCY_CONFLICT"],
  [new UnauthorizedError("Bearer"), 401, "UNAUTHORIZED"],
  [new ForbiddenError("x"), 403, "FORBIDDEN"],
  [new OverloadedError("x"), 503, "OVERLOADED"],
  [new HTTPException(400, { message: "Malformed" }), 400, "BAD_REQUEST"],
];

test.each(cases)("%s", async (error, status, code) => {
  const { response, problem } = await problemOf(error);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.status).toBe(status);
  expect(problem).toMatchObject({
    type: `urn:drover:problem:${code.toLowerCase().replaceAll("_", "-")}`,
    status,
    code,
    detail: error.message,
    instance: "/some/where",
  });
  expect(PROBLEM_CODES).toContain(code);
});

describe("what is not meant for strangers", () => {
  const secret = "select * from secrets";
  test.each([
    new Error(secret),
    new engine.InvariantError(secret),
    new engine.DefinitionConflictError(secret, "1.0.0", [secret]),
    new TypeError(secret, { cause: new Error(secret) }),
    Object.assign(new Error(secret), { code: "23505" }),
  ])("%s says nothing", async (error) => {
    const { response, problem } = await problemOf(error);
    expect(response.status).toBe(500);
    expect(problem).toMatchObject({ code: "INTERNAL_ERROR" });
    expect(JSON.stringify(problem)).not.toContain("secret");
  });
});

describe("trouble with Postgres", () => {
  test.each([
    ["ECONNREFUSED", "DATABASE_UNAVAILABLE"],
    ["CONNECTION_CLOSED", "DATABASE_UNAVAILABLE"],
    ["57P01", "DATABASE_UNAVAILABLE"],
    ["57014", "DATABASE_BUSY"],
    ["55P03", "DATABASE_BUSY"],
    ["25006", "DATABASE_READ_ONLY"],
    ["53100", "DATABASE_EXHAUSTED"],
  ])("%s asks to try again", async (code, expected) => {
    const cause = Object.assign(new Error("x"), { code });
    for (const error of [cause, new Error("Failed query: select 1", { cause })]) {
      const { response, problem } = await problemOf(error);
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("2");
      expect(problem).toMatchObject({ code: expected });
      expect(JSON.stringify(problem)).not.toContain("select");
    }
  });
});
