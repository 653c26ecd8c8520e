import { describe, expect, test } from "vitest";
import { history, type InstanceDetail, type Json, type Task } from "../support/api-shapes.ts";
import { useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";

const drover = useDrover();

const DAY = 86_400_000;
/** Days from when a task was created until it is due. */
const daysUntilDue = (task: Task | undefined) =>
  (Date.parse(task?.due_date ?? "") - Date.parse(task?.created_at ?? "")) / DAY;

describe("document_review", () => {
  const start = (more: Json = {}) =>
    drover().api.start("document_review", {
      document_title: "API Design Guidelines",
      document_url: "https://docs.example.com/draft",
      author: "alice@example.com",
      ...more,
    });

  /** Both reviewers decide; which answer a worker takes up first is nobody's promise. */
  async function review(id: string, technical: Json, editorial: Json): Promise<void> {
    const { api } = drover();
    await api.answer(id, "editorial_review", { clarity: 4, style_compliance: 3, ...editorial });
    await api.answer(id, "technical_review", {
      technical_accuracy: 5,
      completeness: 4,
      ...technical,
    });
  }

  /** The history with both reviews under one name, as either may end first. */
  const rounds = (instance: InstanceDetail) =>
    history(instance).map((step) => step.replace(/^(technical|editorial)_review /, "review "));

  const APPROVE = { decision: "approve" };
  const CHANGES = { decision: "request_changes", feedback: "Error handling is missing" };
  const NOTES = "I have written the section on error handling that was missing.";
  const ROUND = [
    "review succeeded",
    "review succeeded",
    "parallel_review succeeded",
    "consolidate_reviews succeeded",
    "review_decision succeeded",
  ];

  test("given a document, then both reviewers are asked at once, each group with its due date [scenarios G4, G13, 40]", async () => {
    const { api } = drover();
    const { id } = await start();
    await api.untilTask(id, "technical_review");
    const editorial = await api.untilTask(id, "editorial_review");
    const tasks = await api.tasks({ instance_id: id });
    expect(tasks).toHaveLength(2);
    const technical = tasks.find((task) => task.step_name === "technical_review");
    expect(technical).toMatchObject({ assignee_group: "technical-reviewers", assignee: null });
    expect(technical?.description).toContain("API Design Guidelines");
    expect(editorial).toMatchObject({ assignee_group: "editorial-team", assignee: null });
    expect(daysUntilDue(technical)).toBeCloseTo(3, 2);
    expect(daysUntilDue(editorial)).toBeCloseTo(2, 2);
    await api.answer(id, "editorial_review", { ...APPROVE, clarity: 4, style_compliance: 3 });
    const waiting = await api.untilStatus(id, "waiting");
    expect(history(waiting)).not.toContain("consolidate_reviews succeeded");
  });

  test("given two approvals, then it is published with the mean of four scores [scenarios G4, 64]", async () => {
    const { api } = drover();
    const { id } = await start();
    await review(id, APPROVE, APPROVE);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      status: "published",
      quality_score: 4,
      consolidated_decision: "approved",
      technical_review_decision: "approve",
      editorial_review_clarity: 4,
    });
    expect(rounds(completed)).toEqual([
      "submit_document succeeded",
      ...ROUND,
      "publish_document succeeded",
    ]);
  });

  test("given changes are wanted, then the author revises and both review again [scenario G17]", async () => {
    const { api } = drover();
    const { id } = await start();
    await review(id, CHANGES, APPROVE);
    const task = await api.untilTask(id, "author_revision");
    expect(task).toMatchObject({ assignee: "alice@example.com" });
    expect(task.description).toContain("Error handling is missing");
    const short = await api.complete(task.id, "alice@example.com", { revision_notes: "Done" });
    expect(short).toMatchObject({ status: 422, body: { code: "FORM_INVALID" } });
    const updated_url = "https://docs.example.com/draft-2";
    await api.answer(id, "author_revision", { revision_notes: NOTES, updated_url });
    await review(id, APPROVE, APPROVE);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      status: "published",
      revision_count: 1,
      document_url: updated_url,
      consolidated_feedback: [],
      review_history: [
        { revision: 0, decision: "changes_requested" },
        { revision: 1, decision: "approved", feedback: [] },
      ],
    });
    expect(rounds(completed)).toEqual([
      "submit_document succeeded",
      ...ROUND,
      "author_revision succeeded",
      "prepare_resubmission succeeded",
      ...ROUND,
      "publish_document succeeded",
    ]);
  });

  test("given one rejection, then it outweighs the wish for changes [scenario 64]", async () => {
    const { api } = drover();
    const { id } = await start();
    await review(id, CHANGES, { decision: "reject", feedback: "Not ours" });
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      status: "rejected",
      consolidated_decision: "rejected",
      consolidated_feedback: [
        { reviewer: "Technical", decision: "request_changes" },
        { reviewer: "Editorial", decision: "reject", feedback: "Not ours" },
      ],
    });
    expect(history(completed).at(-1)).toBe("notify_rejection succeeded");
  });

  test("given no revision is left, then it is rejected although changes are wanted [scenario 44]", async () => {
    const { api } = drover();
    const { id } = await start({ max_revisions: 1 });
    await review(id, CHANGES, APPROVE);
    await api.answer(id, "author_revision", { revision_notes: NOTES });
    await review(id, CHANGES, APPROVE);
    const { context_data } = await api.untilStatus(id, "completed");
    expect(context_data).toMatchObject({
      status: "rejected",
      consolidated_decision: "changes_requested",
      revision_count: 1,
    });
  });

  test("given the author withdraws, then it ends withdrawn and nobody reviews again [scenario 63]", async () => {
    const { api } = drover();
    const { id } = await start();
    await review(id, APPROVE, CHANGES);
    await api.answer(id, "author_revision", { revision_notes: NOTES, withdraw: true });
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ status: "withdrawn", revision_count: 0 });
    expect(history(completed).slice(-2)).toEqual([
      "prepare_resubmission succeeded",
      "notify_rejection succeeded",
    ]);
  });

  test.each([
    { more: { document_title: "" }, error: "Document title is required" },
    { more: { document_url: null }, error: "Document URL is required" },
  ])("given $more, then it fails: $error [scenario 55]", async ({ more, error }) => {
    const failed = await drover().api.untilStatus((await start(more)).id, "failed");
    expect(failed.error).toBe(error);
  });
});

describe("employee_onboarding", () => {
  const start = (startsAt: number) =>
    drover().api.start("employee_onboarding", {
      employee_name: "Alice Johnson",
      department: "Engineering",
      job_title: "Senior Developer",
      manager_email: "bob.smith@example.com",
      start_date: new Date(startsAt).toISOString(),
    });

  const IT = {
    email_created: true,
    email_address: "alice.johnson@example.com",
    ad_account: true,
    laptop_model: "ThinkPad X1",
    laptop_asset_tag: "AB123456",
    notes: "On your desk",
  };
  const HR = {
    i9_verified: true,
    w4_completed: true,
    direct_deposit: true,
    background_check_status: "passed",
    benefits_package: "Premium",
  };
  const MANAGER = {
    workspace_ready: true,
    buddy_assigned: true,
    buddy_name: "Carol",
    training_plan_created: true,
    team_notified: true,
    notes: "Second floor",
  };
  const ORIENTATION = {
    welcome_completed: true,
    tour_completed: true,
    team_introductions: true,
    systems_access_verified: true,
    employee_feedback: "A good day",
  };

  test("given a start in a week, then three are asked at once, each with a deadline, and a timer runs beside them [scenarios G4, G13, 46]", async () => {
    const { api, rows } = drover();
    const startsAt = Date.now() + 7 * DAY;
    const { id } = await start(startsAt);
    await api.untilStatus(id, "waiting");
    const tasks = await api.tasks({ instance_id: id });
    const asked = tasks.map((task) => [
      task.step_name,
      { of: task.assignee_group ?? task.assignee, until: Date.parse(task.due_date ?? "") },
    ]);
    expect(Object.fromEntries(asked)).toEqual({
      it_setup: { of: "it-support", until: startsAt - 2 * DAY },
      hr_paperwork: { of: "hr-team", until: startsAt - DAY },
      manager_preparation: { of: "bob.smith@example.com", until: startsAt },
    });
    const waiting = (await rows.executions(id)).filter(({ status }) => status === "waiting");
    expect(waiting.map(({ stepName }) => stepName)).toContain("deadline_reminder");
  });

  test("given all is prepared, then after the orientation it completes, and the timer is canceled and says so [scenario G4]", async () => {
    const { api, rows } = drover();
    const { id } = await start(Date.now() + 7 * DAY);
    await api.answer(id, "it_setup", IT);
    await api.answer(id, "manager_preparation", MANAGER);
    await api.answer(id, "hr_paperwork", HR);
    const task = await api.untilTask(id, "orientation");
    expect(task.assignee).toBe("bob.smith@example.com");
    await api.answer(id, "orientation", ORIENTATION);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      onboarding_status: "completed",
      all_tasks_complete: true,
      tasks_completed: ["it_setup", "hr_paperwork", "manager_preparation"],
      it_setup_notes: "On your desk",
      manager_preparation_notes: "Second floor",
      final_summary: {
        employee_email: "alice.johnson@example.com",
        laptop: "ThinkPad X1",
        benefits: "Premium",
        workspace: null,
        buddy: "Carol",
        orientation_complete: true,
        first_day_feedback: "A good day",
      },
    });
    const timer = completed.step_history.find((step) => step.step_name === "deadline_reminder");
    expect(timer).toMatchObject({
      status: "canceled",
      error: "the workflow completed without this branch",
    });
    expect(history(completed)).not.toContain("send_reminder succeeded");
    expect(await rows.openTimers(id)).toBe(0);
  });

  test("given one part is not done, then it ends blocked and names it [scenario 63]", async () => {
    const { api } = drover();
    const { id } = await start(Date.now() + 7 * DAY);
    await api.answer(id, "it_setup", IT);
    await api.answer(id, "hr_paperwork", { ...HR, i9_verified: false });
    await api.answer(id, "manager_preparation", MANAGER);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      onboarding_status: "blocked",
      incomplete_tasks: ["hr_paperwork"],
    });
    expect(history(completed)).toContain("handle_incomplete succeeded");
    expect(history(completed)).toContain("deadline_reminder canceled");
  });

  test("given the reminder falls due, then only those who have not answered are reminded [scenario 46]", async () => {
    const { api } = drover();
    const { id } = await start(Date.now() + 3 * DAY + 4_000);
    await api.answer(id, "hr_paperwork", HR);
    const reminded = await eventually("the reminder is sent", async () => {
      const instance = await api.get(id);
      return history(instance).includes("send_reminder succeeded") && instance;
    });
    expect(reminded).toMatchObject({
      status: "waiting",
      context_data: { reminders_sent: ["it_setup", "manager_preparation"] },
    });
    await api.answer(id, "it_setup", IT);
    await api.answer(id, "manager_preparation", MANAGER);
    await api.answer(id, "orientation", ORIENTATION);
    const completed = await api.untilStatus(id, "completed");
    expect(history(completed)).toContain("deadline_reminder succeeded");
  });
});
