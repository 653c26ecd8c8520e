import { type JsonValue, WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import { type DataFetchData, HandlePartialResults } from "./data-fetch.ts";

const contextOf = (previousResult: JsonValue) =>
  new WorkflowContext<DataFetchData>({ previousResult });
const SUCCEEDED = { status: "succeeded", result: {} };
const FAILED = { status: "failed", error: { type: "Error", message: "no answer" } };

test("given one that failed, when handled, then each source is where it belongs", () => {
  const context = contextOf([SUCCEEDED, FAILED, SUCCEEDED]);
  new HandlePartialResults().execute(context);
  expect(context.changes).toEqual({
    successful_fetches: ["api1", "api3"],
    failed_fetches: ["api2"],
    fetch_errors: { api2: "no answer" },
  });
});

test("given none succeeded, when handled, then it fails and the reasons are kept", () => {
  const context = contextOf([FAILED, FAILED, FAILED]);
  expect(() => new HandlePartialResults().execute(context)).toThrow("All data fetches failed");
  expect(context.changes).toMatchObject({ failed_fetches: ["api1", "api2", "api3"] });
});
