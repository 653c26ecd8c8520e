import { describe, expect, test } from "vitest";
import { history } from "../support/api-shapes.ts";
import { useDrover } from "../support/drover.ts";

const drover = useDrover();

describe("expense_approval, the quickstart", () => {
  const start = (amount: number) =>
    drover().api.start("expense_approval", {
      requester_id: "alice@example.com",
      amount,
      description: "Conference registration fee",
    });

  test("given 250, when submitted, then it waits for the manager [scenario 50]", async () => {
    const { api } = drover();
    const started = await start(250);
    expect(started).toMatchObject({
      definition_name: "expense_approval",
      definition_version: "1.0.0",
    });
    const waiting = await api.untilStatus(started.id, "waiting");
    expect(waiting.current_step).toBe("manager_approval");
    expect(waiting.context_data).toMatchObject({ submitted: true, requires_vp_approval: false });
    expect(history(waiting)).toEqual(["submit_request succeeded", "manager_approval waiting"]);
    const [task, ...others] = await api.tasks({ instance_id: started.id });
    expect(others).toEqual([]);
    expect(task).toMatchObject({
      step_name: "manager_approval",
      title: "Approve Expense Request",
      status: "pending",
    });
  });

  test("given the manager's yes, then it completes approved [scenarios 51, 52]", async () => {
    const { api } = drover();
    const { id } = await start(250);
    const task = await api.untilTask(id, "manager_approval");
    const form = { approved: true, comments: "Approved for Q4 budget" };
    expect((await api.complete(task.id, "bob@example.com", form)).status).toBe(200);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ ...form, status: "approved", amount: 250 });
    expect(completed.current_step).toBe(null);
    expect(completed.step_history).toMatchObject([
      { step_name: "submit_request", step_type: "machine", status: "succeeded", attempt: 1 },
      {
        step_name: "manager_approval",
        step_type: "human",
        status: "succeeded",
        completed_by: "bob@example.com",
        output_data: form,
      },
      { step_name: "process_result", step_type: "machine", status: "succeeded", attempt: 1 },
    ]);
  });

  test.each([
    { form: { approved: false, comments: "Too much" }, reason: "Too much" },
    { form: { approved: false }, reason: "No reason provided" },
  ])("given the manager's no ($reason), then it completes rejected", async ({ form, reason }) => {
    const { api } = drover();
    const { id } = await start(250);
    const task = await api.untilTask(id, "manager_approval");
    await api.complete(task.id, "bob@example.com", form);
    const { context_data } = await api.untilStatus(id, "completed");
    expect(context_data).toMatchObject({ status: "rejected", rejection_reason: reason });
  });

  test("given 6,000, when submitted, then a VP has to be asked, too", async () => {
    const { id } = await start(6_000);
    const waiting = await drover().api.untilStatus(id, "waiting");
    expect(waiting.context_data).toMatchObject({ requires_vp_approval: true });
  });

  test("given nothing to pay, when submitted, then it fails with the reason [scenario 55]", async () => {
    const { id } = await start(0);
    const failed = await drover().api.untilStatus(id, "failed");
    expect(failed.error).toBe("Amount must be positive");
    expect(history(failed)).toEqual(["submit_request failed"]);
  });
});

describe("multi_level_expense_approval, the cookbook", () => {
  const start = (amount: number) =>
    drover().api.start("multi_level_expense_approval", { requester: "alice@example.com", amount });

  const approvers: Readonly<Record<string, { by: string; form: Record<string, string> }>> = {
    manager_approval: { by: "manager-of-alice@example.com", form: { cost_center: "DE-0042" } },
    provide_information: { by: "alice@example.com", form: {} },
    finance_approval: {
      by: "carol@example.com",
      form: { budget_code: "BUD-123456", fiscal_year: "2026" },
    },
    cfo_approval: { by: "cfo@company.com", form: {} },
  };

  /** Somebody decides at a step that has to be the next one. */
  async function decide(id: string, step: string, form: Record<string, string>): Promise<void> {
    const { api } = drover();
    const task = await api.untilTask(id, step);
    const { by, form: usual } = approvers[step] ?? { by: "", form: {} };
    expect(await api.complete(task.id, by, { ...usual, ...form })).toMatchObject({ status: 200 });
  }

  const approve = { decision: "approve" };
  const REQUEST = ["submit_expense succeeded", "amount_router succeeded"];
  const APPROVAL = (level: string) => [
    `${level}_approval succeeded`,
    "record_approval succeeded",
    "amount_router succeeded",
  ];

  test("given 500, then the system approves", async () => {
    const completed = await drover().api.untilStatus((await start(500)).id, "completed");
    expect(completed.context_data).toMatchObject({
      status: "approved",
      approved: true,
      approved_by: "system",
    });
    expect(history(completed)).toEqual([
      ...REQUEST,
      "auto_approve succeeded",
      "process_approved succeeded",
    ]);
  });

  test("given 2,500, then the requester's manager alone has to agree [scenario 44]", async () => {
    const { api } = drover();
    const { id } = await start(2_500);
    expect(await api.untilTask(id, "manager_approval")).toMatchObject({
      assignee: "manager-of-alice@example.com",
      assignee_group: null,
    });
    await decide(id, "manager_approval", approve);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ status: "approved", approved_by: "manager" });
    expect(history(completed)).toEqual([
      ...REQUEST,
      ...APPROVAL("manager"),
      "process_approved succeeded",
    ]);
  });

  test("given 6,000, then finance has to agree, too", async () => {
    const { api } = drover();
    const { id } = await start(6_000);
    await decide(id, "manager_approval", { ...approve, comments: "Needed" });
    expect(await api.untilTask(id, "finance_approval")).toMatchObject({
      assignee: null,
      assignee_group: "finance-approvers",
    });
    await decide(id, "finance_approval", approve);
    const { context_data } = await api.untilStatus(id, "completed");
    expect(context_data).toMatchObject({
      approved_by: "manager, finance",
      approvals: [
        { level: "manager", comments: "Needed" },
        { level: "finance", comments: null },
      ],
    });
  });

  test("given 12,000, then manager, finance and CFO have to agree, in this order", async () => {
    const { api } = drover();
    const { id } = await start(12_000);
    for (const step of ["manager_approval", "finance_approval", "cfo_approval"]) {
      await api.untilTask(id, step);
      expect(await api.tasks({ instance_id: id })).toHaveLength(1);
      await decide(id, step, approve);
    }
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data["approval_chain"]).toEqual(["manager", "finance", "cfo"]);
    expect(history(completed)).toEqual([
      ...REQUEST,
      ...APPROVAL("manager"),
      ...APPROVAL("finance"),
      ...APPROVAL("cfo"),
      "process_approved succeeded",
    ]);
  });

  test.each([
    { amount: 2_500, agreed: [], by: "manager" },
    { amount: 6_000, agreed: ["manager_approval"], by: "finance" },
    { amount: 12_000, agreed: ["manager_approval", "finance_approval"], by: "cfo" },
  ])("given a no of $by, then it ends rejected", async ({ amount, agreed, by }) => {
    const { id } = await start(amount);
    for (const step of agreed) await decide(id, step, { ...approve, comments: "Fine with me" });
    await decide(id, `${by}_approval`, { decision: "reject", comments: "Not this year" });
    const completed = await drover().api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      status: "rejected",
      approved: false,
      rejected_by: by,
      rejection_reason: "Not this year",
    });
    expect(history(completed).slice(-2)).toEqual([
      `${by}_approval succeeded`,
      "process_rejected succeeded",
    ]);
  });

  test("given a question, then the requester answers and the manager decides again [scenario G17]", async () => {
    const { api } = drover();
    const { id } = await start(2_500);
    await decide(id, "manager_approval", { decision: "request_info", comments: "What for?" });
    await decide(id, "provide_information", { information: "A new desk" });
    await decide(id, "manager_approval", approve);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ status: "approved", information: "A new desk" });
    expect(history(completed)).toEqual([
      ...REQUEST,
      "manager_approval succeeded",
      "provide_information succeeded",
      ...APPROVAL("manager"),
      "process_approved succeeded",
    ]);
  });

  test("given a CFO who defers, then it ends deferred", async () => {
    const { id } = await start(12_000);
    await decide(id, "manager_approval", approve);
    await decide(id, "finance_approval", approve);
    await decide(id, "cfo_approval", { decision: "defer", comments: "Ask again in May" });
    const { context_data } = await drover().api.untilStatus(id, "completed");
    expect(context_data).toMatchObject({ status: "deferred", deferral_reason: "Ask again in May" });
  });

  test.each([
    { input: { amount: 500 }, error: "Requester is required" },
    { input: { requester: "alice@example.com", amount: -1 }, error: "Amount must be positive" },
  ])("given $input, then it fails: $error", async ({ input, error }) => {
    const { api } = drover();
    const { id } = await api.start("multi_level_expense_approval", input);
    const failed = await api.untilStatus(id, "failed");
    expect(failed.error).toBe(error);
    expect(history(failed)).toEqual(["submit_expense failed"]);
  });
});
