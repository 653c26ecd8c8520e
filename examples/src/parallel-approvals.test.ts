import { type JsonValue, WorkflowContext } from "@drover/engine";
import { expect, test } from "vitest";
import { CheckAllApprovals, type ParallelApprovalsData } from "./parallel-approvals.ts";

const form = (approved: JsonValue) => ({ approved });

test.each([
  { given: "three yeses", forms: [form(true), form(true), form(true)], all: true },
  { given: "one no", forms: [form(true), form(false), form(true)], all: false },
  // A skipped task has no form.
  { given: "one that was skipped", forms: [form(true), null, form(true)], all: false },
  { given: "nobody", forms: [], all: false },
])("given $given, when counted, then all have approved: $all", ({ forms, all }) => {
  const context = new WorkflowContext<ParallelApprovalsData>({
    // What came into the flat context last must not count.
    data: { legal_approval_approved: true },
    previousResult: forms,
  });
  new CheckAllApprovals().execute(context);
  expect(context.changes).toEqual({ all_approved: all });
});
