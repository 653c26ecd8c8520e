import { describe, expect, test } from "vitest";
import { history } from "../support/api-shapes.ts";
import { EXAMPLES, testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";

const drover = useDrover({ workflows: [EXAMPLES, testWorkflows("documents")] });

const SOMEBODY = "bob@example.com";

/** Somebody decides at a step once it waits. */
async function decide(id: string, step: string, decision: string): Promise<void> {
  const { api } = drover();
  const task = await api.untilTask(id, step);
  expect(await api.complete(task.id, SOMEBODY, { decision })).toMatchObject({ status: 200 });
}

describe("document_approval", () => {
  test.each([
    { decision: "approve", step: "approve_document", status: "approved" },
    { decision: "reject", step: "reject_document", status: "rejected" },
    { decision: "request_changes", step: "request_changes", status: "changes_requested" },
  ])("given $decision, then $step follows [scenario 96]", async ({ decision, step, status }) => {
    const { api } = drover();
    const { id } = await api.start("document_approval", { title: "Plan" });
    const waiting = await api.untilStatus(id, "waiting");
    expect(waiting.current_step).toBe("review_document");
    await decide(id, "review_document", decision);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({
      review_decision: decision,
      document_status: status,
      notification_sent: true,
    });
    expect(history(completed)).toEqual([
      "submit_document succeeded",
      "review_document succeeded",
      `${step} succeeded`,
      "notify_submitter succeeded",
    ]);
  });

  test("given one that waits, then it is listed, and canceled it is not [scenario 96]", async () => {
    const { api } = drover();
    const { id } = await api.start("document_approval", { title: "Plan" });
    await api.untilStatus(id, "waiting");
    const ids = async (status: string) => {
      const query = `/instances?workflow_name=document_approval&status=${status}&limit=100`;
      const { body } = await api.request<{ items: { id: string }[] }>("GET", query);
      return body.items.map((item) => item.id);
    };
    expect(await ids("waiting")).toContain(id);
    expect(await api.cancel(id, "Withdrawn")).toMatchObject({ body: { status: "canceled" } });
    expect(await ids("waiting")).not.toContain(id);
    expect(await ids("canceled")).toContain(id);
  });
});

describe("publication", () => {
  const start = async (title: string) => (await drover().api.start("publication", { title })).id;

  test("given two yeses, then it is published [scenario 64]", async () => {
    const { api } = drover();
    const id = await start("Plan");
    await decide(id, "manager_approval", "approve");
    await decide(id, "director_approval", "approve");
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ document_status: "published" });
    expect(history(completed)).toEqual([
      "validate_document succeeded",
      "manager_approval succeeded",
      "director_approval succeeded",
      "publish_document succeeded",
    ]);
  });

  test.each([
    { given: "the manager's no", title: "Plan", decisions: ["reject"] },
    { given: "the director's no", title: "Plan", decisions: ["approve", "reject"] },
    { given: "no title", title: "", decisions: [] },
  ])("given $given, then it is rejected [scenario 64]", async ({ title, decisions }) => {
    const id = await start(title);
    const steps = ["manager_approval", "director_approval"];
    for (const [index, decision] of decisions.entries()) {
      await decide(id, steps[index] ?? "", decision);
    }
    const completed = await drover().api.untilStatus(id, "completed");
    expect(completed.context_data).toMatchObject({ document_status: "rejected" });
    expect(history(completed)).toEqual([
      "validate_document succeeded",
      ...steps.slice(0, decisions.length).map((step) => `${step} succeeded`),
      "reject_document succeeded",
    ]);
  });
});

describe("several at once", () => {
  test("given two people, then both are asked and both are waited for [scenario G4]", async () => {
    const { api } = drover();
    const { id } = await api.start("two_reviews", {});
    const legal = await api.untilTask(id, "legal_review");
    const technical = await api.untilTask(id, "technical_review");
    await api.complete(technical.id, "tess@example.com", { score: 4 });
    await eventually("the first answer is in the history", async () =>
      history(await api.get(id)).includes("technical_review succeeded"),
    );
    const between = await api.get(id);
    expect(between.status).toBe("waiting");
    expect(history(between)).not.toContain("consolidate succeeded");
    expect(await api.tasks({ instance_id: id })).toMatchObject([{ id: legal.id }]);
    await api.complete(legal.id, "lee@example.com", { score: 5 });
    const completed = await api.untilStatus(id, "completed");
    expect(history(completed)).toEqual([
      "submit succeeded",
      "technical_review succeeded",
      "legal_review succeeded",
      "consolidate succeeded",
    ]);
    expect(completed.step_history.at(-1)?.output_data).toEqual({
      result: [{ score: 5 }, { score: 4 }],
    });
  });

  test("given a fork that waits, when canceled, then all of it ends [scenario G7]", async () => {
    const { api, rows } = drover();
    const { id } = await api.start("many_waits", {});
    const task = await api.untilTask(id, "ask");
    await eventually("all three wait", async () => {
      const steps = history(await api.get(id));
      return ["ask", "wait", "listen"].every((step) => steps.includes(`${step} waiting`));
    });
    expect((await api.cancel(id, "No longer needed")).status).toBe(200);
    const canceled = await api.get(id);
    const [first, ...rest] = history(canceled);
    expect(first).toBe("begin succeeded");
    expect(rest.toSorted()).toEqual(["ask canceled", "listen canceled", "wait canceled"]);
    expect(await api.task(task.id)).toMatchObject({ status: "canceled" });
    expect(await rows.openTimers()).toBe(0);
    expect((await api.callBack(`listen-${id}`, {})).status).toBe(409);
  });

  test("given a callback before its time, then 404; in time it counts [scenarios 47, G9]", async () => {
    const { api } = drover();
    const { id } = await api.start("person_then_callback", {});
    const task = await api.untilTask(id, "ask");
    expect(await api.callBack(`answer-${id}`, "early")).toMatchObject({
      status: 404,
      body: { code: "CALLBACK_NOT_FOUND" },
    });
    await api.complete(task.id, SOMEBODY, {});
    await eventually("the callback is awaited", async () =>
      history(await api.get(id)).includes("listen waiting"),
    );
    expect((await api.callBack(`answer-${id}`, "in time")).status).toBe(202);
    const completed = await api.untilStatus(id, "completed");
    expect(completed.context_data).toEqual({ answer: "in time" });
  });
});
