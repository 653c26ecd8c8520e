import { expect, test } from "vitest";
import type { Task } from "../support/api-shapes.ts";
import { useDrover } from "../support/drover.ts";

// Within one process requests to one instance take turns; two processes do collide in Postgres.
const drover = useDrover({ apis: 2 });

const FORMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  manager_approval: { decision: "approve" },
  finance_approval: { decision: "approve", budget_code: "BUD-123456", fiscal_year: "2026" },
  cfo_approval: { decision: "approve" },
};
const REJECTION = { decision: "reject", comments: "No" };

const round = (level: string) => [`${level}_approval`, "record_approval", "amount_router"];
const REQUEST = ["submit_expense", "amount_router"];

/** What is asked for, by how many, and the steps that have to run, each just once and in this order. */
const KINDS = [
  { requester: "ann@example.com", amount: 500, instances: 10, steps: ["auto_approve"] },
  { requester: "bea@example.com", amount: 2_500, instances: 90, steps: round("manager") },
  { requester: "rex@example.com", amount: 2_500, instances: 40, steps: ["manager_approval"] },
  {
    requester: "cleo@example.com",
    amount: 6_000,
    instances: 40,
    steps: [...round("manager"), ...round("finance")],
  },
  {
    requester: "dan@example.com",
    amount: 12_000,
    instances: 20,
    steps: [...round("manager"), ...round("finance"), ...round("cfo")],
  },
].map((kind) => {
  const end = kind.requester.startsWith("rex") ? "process_rejected" : "process_approved";
  return { ...kind, steps: [...REQUEST, ...kind.steps, end] };
});

const INSTANCES = 200;
/** Tasks that are answered at the same time, each twice. */
const AT_ONCE = 25;

/** Both answers to one task, sent at the same time to the two APIs. */
async function answerTwice({ id, step_name, assignee }: Task): Promise<number[]> {
  const form = assignee === "manager-of-rex@example.com" ? REJECTION : FORMS[step_name];
  // A task of a group may be taken by any two people, one of a person by two windows of theirs.
  const people =
    assignee === null ? ["carl@example.com", "cora@example.com"] : [assignee, assignee];
  const answers = await Promise.all(
    drover().apis.map((api, index) => api.complete(id, people[index] ?? "", form ?? {})),
  );
  return answers.map(({ status }) => status);
}

test("given 200 approvals at once on two workers, when all is sent twice, then all counts once [scenarios G2, G3]", async () => {
  const { api, rows } = drover();
  const inputs = KINDS.flatMap(({ requester, amount, instances }) =>
    Array.from({ length: instances }, () => ({ requester, amount })),
  );
  expect(inputs).toHaveLength(INSTANCES);
  const started = await api.startMany("multi_level_expense_approval", inputs);

  const answered = new Map<string, readonly number[]>();
  while ((await rows.instanceCounts())["completed"] !== INSTANCES) {
    const open = await api.tasks({ status: "pending", limit: "1000" });
    for (let next = 0; next < open.length; next += AT_ONCE) {
      const piece = open.slice(next, next + AT_ONCE).filter(({ id }) => !answered.has(id));
      const statuses = await Promise.all(piece.map((task) => answerTwice(task)));
      for (const [index, task] of piece.entries()) answered.set(task.id, statuses[index] ?? []);
    }
    const { failed = 0 } = await rows.instanceCounts();
    expect(failed).toBe(0);
  }

  expect(answered.size).toBe(90 + 40 + 2 * 40 + 3 * 20);
  for (const statuses of answered.values()) {
    expect(new Set(statuses)).toEqual(new Set([200, 409]));
  }
  const executions = Map.groupBy(await rows.executions(), ({ instanceId }) => instanceId);
  expect(executions.size).toBe(INSTANCES);
  const expected = KINDS.flatMap(({ instances, steps }) =>
    Array.from({ length: instances }, () => steps),
  );
  for (const [index, { id }] of started.entries()) {
    const ran = executions.get(id) ?? [];
    expect(ran.map(({ stepName }) => stepName)).toEqual(expected[index]);
    // A second attempt means that a step ran twice; a person's step goes to a worker before and
    // after the wait.
    for (const { status, attempt, stepType } of ran) {
      expect({ status, attempt }).toEqual({
        status: "succeeded",
        attempt: stepType === "human" ? 2 : 1,
      });
    }
  }
}, 180_000);
