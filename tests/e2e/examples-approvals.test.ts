import { describe, expect, test } from "vitest";
import { history, type Json } from "../support/api-shapes.ts";
import { useDrover } from "../support/drover.ts";

const drover = useDrover();

const YES = { approved: true };
const NO = { approved: false };

describe("approval_workflow", () => {
  test.each([
    { form: { ...YES, comments: "Looks good!" }, status: "processed" },
    { form: NO, status: "rejected" },
  ])(
    "given the manager's $form.approved, then it is $status [scenarios 52, 63]",
    async ({ form, status }) => {
      const { api } = drover();
      const { id } = await api.start("approval_workflow", { request_id: "REQ-001", amount: 500 });
      const waiting = await api.untilStatus(id, "waiting");
      expect(waiting.current_step).toBe("manager_approval");
      await api.answer(id, "manager_approval", form, "manager@example.com");
      const completed = await api.untilStatus(id, "completed");
      expect(completed.context_data).toMatchObject({ submitted: true, ...form, status });
      expect(history(completed)).toEqual([
        "submit succeeded",
        "manager_approval succeeded",
        "process succeeded",
      ]);
    },
  );
});

describe("automatic_approval", () => {
  test("given a request, then it is approved without anybody [scenario 49]", async () => {
    const { api } = drover();
    const { id } = await api.start("automatic_approval", { request_data: { item: "Desk" } });
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      submitted: true,
      status: "pending_review",
      reviewed: true,
      approved: true,
      final_status: "approved",
    });
    expect(completed.step_history[0]?.output_data).toEqual({
      status: "submitted",
      data: { item: "Desk" },
    });
  });
});

describe("parallel_approvals", () => {
  const answers = (said: Readonly<Record<string, boolean>>): [string, Json][] => [
    ["security_approval", { approved: said["security"] ?? true, risk_level: "low" }],
    ["finance_approval", { approved: said["finance"] ?? true, budget_code: "B-1" }],
    ["legal_approval", { approved: said["legal"] ?? true }],
  ];

  test("given nobody has answered, then all three are asked, and the group waits for the last [scenario G4]", async () => {
    const { api } = drover();
    const { id } = await api.start("parallel_approvals", { subject: "New supplier" });
    for (const [step, form] of answers({})) {
      expect(await api.untilTask(id, step)).toMatchObject({ description: "New supplier" });
      await api.untilStatus(id, "waiting");
      await api.answer(id, step, form);
    }
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ all_approved: true });
    expect(history(completed)).toEqual([
      "security_approval succeeded",
      "finance_approval succeeded",
      "legal_approval succeeded",
      "check_approvals succeeded",
      "approvals succeeded",
    ]);
    expect(completed.step_history.at(-1)?.output_data).toEqual({ all_approved: true });
  });

  test.each(["legal", "finance", "security"])(
    "given a no of %s, then it is a no, whoever answered last [scenarios 40, 41]",
    async (department) => {
      const { api } = drover();
      const { id } = await api.start("parallel_approvals", {});
      for (const [step, form] of answers({ [department]: false })) await api.answer(id, step, form);
      const { context_data } = await api.untilStatus(id, "completed");
      expect(context_data).toMatchObject({
        all_approved: false,
        [`${department}_approval_approved`]: false,
        security_approval_risk_level: "low",
      });
    },
  );

  test("given all three complete their tasks at the same moment, then the callback runs once [scenarios G3, G4]", async () => {
    const { api, rows } = drover();
    const { id } = await api.start("parallel_approvals", {});
    for (const [step] of answers({})) await api.untilTask(id, step);
    await Promise.all(answers({}).map(([step, form]) => api.answer(id, step, form)));
    await api.untilStatus(id, "completed");
    const steps = (await rows.executions(id)).map(({ stepName }) => stepName);
    expect(steps.filter((step) => step === "check_approvals")).toHaveLength(1);
    expect(steps).toHaveLength(5);
  });
});

describe("multi_level_approval", () => {
  const LEVELS = ["team_lead", "manager", "director", "vp"];

  test.each([
    { amount: 500, levels: 0 },
    { amount: 2_000, levels: 1 },
    { amount: 10_000, levels: 2 },
    { amount: 50_000, levels: 3 },
    { amount: 200_000, levels: 4 },
  ])(
    "given $amount, then $levels levels agree in turn [scenarios 44, G17]",
    async ({ amount, levels }) => {
      const { api } = drover();
      const { id } = await api.start("multi_level_approval", { amount });
      const asked = LEVELS.slice(0, levels).map((level) => `${level}_approval`);
      for (const step of asked) await api.answer(id, step, YES);
      const completed = await api.untilStatus(id, "completed");
      expect(completed.context_data).toMatchObject({
        status: "approved",
        processed: true,
        approval_level: levels,
        approved: true,
      });
      expect(completed.context_data["approved_by"]).toBe(levels === 0 ? "system" : undefined);
      expect(history(completed).filter((step) => step.includes("_approval"))).toEqual(
        asked.map((step) => `${step} succeeded`),
      );
    },
  );

  test("given a team lead who escalates, then the manager's no counts [scenario 63]", async () => {
    const { api } = drover();
    const { id } = await api.start("multi_level_approval", { amount: 2_000 });
    await api.answer(id, "team_lead_approval", { ...YES, escalate: true });
    await api.answer(id, "manager_approval", NO);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ status: "rejected", approval_level: 1 });
    expect(history(completed).at(-1)).toBe("process_rejected succeeded");
  });

  test("given no amount, then it fails instead of being approved [scenario 55]", async () => {
    const { api } = drover();
    const failed = await api.untilStatus(
      (await api.start("multi_level_approval", {})).id,
      "failed",
    );
    expect(failed.error).toBe("Amount must be a number");
  });
});

describe("expense_approval_with_finance", () => {
  const start = (amount: number) =>
    drover().api.start("expense_approval_with_finance", {
      requester: "alice@example.com",
      amount,
      description: "Conference attendance",
    });
  const FINANCE = { ...YES, budget_code: "CONF-2024" };

  test("given 999.99, then the manager alone decides, within a day and reminded after half of it [scenarios 63, G13]", async () => {
    const { api } = drover();
    const { id } = await start(999.99);
    const task = await api.untilTask(id, "manager_approval");
    expect(task.description).toContain("Amount: $999.99");
    const hours = (moment: string | null) =>
      (Date.parse(moment ?? "") - Date.parse(task.created_at)) / 3_600_000;
    expect(hours(task.due_date)).toBeCloseTo(24, 1);
    expect(hours(task.reminder_date)).toBeCloseTo(12, 1);
    await api.answer(id, "manager_approval", YES);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ status: "approved" });
    expect(completed.context_data).not.toHaveProperty("finance_approved");
    expect(history(completed)).not.toContain("finance_approval succeeded");
  });

  test("given 1,000, then finance is asked, too [scenario 63]", async () => {
    const { api } = drover();
    const { id } = await start(1_000);
    await api.answer(id, "manager_approval", YES);
    expect(await api.answer(id, "finance_approval", FINANCE)).toMatchObject({
      assignee_group: "finance-approvers",
    });
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ status: "approved", finance_approved: true });
  });

  test("given finance says no, then the manager's yes does not outweigh it [scenario 63]", async () => {
    const { api } = drover();
    const { id } = await start(2_500);
    await api.answer(id, "manager_approval", YES);
    await api.answer(id, "finance_approval", { ...FINANCE, approved: false });
    const { context_data } = await api.untilStatus(id, "completed");
    expect(context_data).toMatchObject({ status: "rejected", finance_approved: false });
  });

  test("given the manager says no, then finance is not asked [scenario 63]", async () => {
    const { api } = drover();
    const { id } = await start(2_500);
    await api.answer(id, "manager_approval", NO);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ status: "rejected" });
    expect(history(completed)).not.toContain("finance_approval succeeded");
  });
});

describe("approval_chain", () => {
  const CHAIN = ["team_lead", "manager", "director", "vp"];

  test.each([
    { amount: 1_000, needed: 0 },
    { amount: 3_000, needed: 1 },
    { amount: 60_000, needed: 4 },
  ])("given $amount, then $needed agree in turn [scenario 44]", async ({ amount, needed }) => {
    const { api } = drover();
    const { id } = await api.start("approval_chain", { amount, department: "sales" });
    for (const step of CHAIN.slice(0, needed)) {
      const task = await api.answer(id, step, YES);
      expect(task.assignee_group).toBe(`sales-${step}`);
    }
    const { context_data } = await api.untilStatus(id, "completed");
    expect(context_data).toMatchObject({ status: "approved", approval_count: needed });
  });

  test("given a no on the way, then nobody else is asked [scenario 63]", async () => {
    const { api } = drover();
    const { id } = await api.start("approval_chain", { amount: 60_000 });
    await api.answer(id, "team_lead", YES);
    await api.answer(id, "manager", NO);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ status: "rejected", approval_count: 1 });
    expect(history(completed).slice(-2)).toEqual([
      "manager succeeded",
      "process_rejected succeeded",
    ]);
  });
});
