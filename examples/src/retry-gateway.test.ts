import { WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import { RetryGateway, type RetryGatewayData } from "./retry-gateway.ts";

test.each([
  { last_error: null, retry_count: 0, next: "next_step" },
  { last_error: "Read Timeout", retry_count: 2, next: "retry_operation" },
  { last_error: "Read Timeout", retry_count: 3, next: "handle_failure" },
  { last_error: "Unknown customer", retry_count: 0, next: "handle_failure" },
])("given '$last_error' after $retry_count retries, then $next", ({ next, ...data }) => {
  const context = new WorkflowContext<RetryGatewayData>({ data });
  expect(new RetryGateway().evaluate(context)).toBe(next);
  const expected = next === "retry_operation" ? { retry_count: data.retry_count + 1 } : {};
  expect(context.changes).toEqual(expected);
});
