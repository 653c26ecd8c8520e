import type { Chance } from "../../support/chance.ts";
import type { Run } from "./runs.ts";

/*
 * The examples as load: what each is started with and what it has to come to. What people answer
 * stands in people.ts.
 */

export const EXAMPLE_KINDS = [
  "order_processing",
  "order_with_notifications",
  "expense_approval",
  "multi_level_approval",
  "payment_with_callback",
  "reminder",
  "order_saga",
  "bulk_import",
  "retry_with_gateway",
  "source_race",
] as const;

type ExampleRun = Pick<Run, "workflow" | "input" | "outcome">;

const once = (...names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [`${name} succeeded`, 1]));

export function exampleRun(
  workflow: (typeof EXAMPLE_KINDS)[number],
  number: number,
  chance: Chance,
): ExampleRun {
  const order_id = `order-${number}`;
  const completed = (
    input: ExampleRun["input"],
    steps: Readonly<Record<string, number>> | null,
    context: ExampleRun["input"] = {},
  ): ExampleRun => ({ workflow, input, outcome: { status: "completed", steps, context } });
  switch (workflow) {
    case "order_processing":
      return completed(
        { order_id, items: ["one"], amount: number },
        once("validate_order", "process_payment", "fulfill_order"),
        { payment_id: `PAY-${order_id}`, tracking_number: `TRACK-${order_id}` },
      );
    case "order_with_notifications":
      return completed(
        { order_id },
        {
          ...once("process_order", "notify", "log_notifications"),
          ...once("send_email", "send_slack", "send_webhook"),
        },
        { notification_count: 3 },
      );
    case "expense_approval":
      return completed(
        { requester_id: "alice", amount: 1 + number, description: "Conference" },
        once("submit_request", "manager_approval", "process_result"),
        { status: "approved" },
      );
    case "multi_level_approval":
      return completed(
        { amount: 20_000 },
        {
          ...once("submit", "team_lead_approval", "manager_approval", "process_approved"),
          "router succeeded": 3,
          "update_level succeeded": 2,
        },
        { approval_level: 2, status: "approved" },
      );
    case "payment_with_callback":
      return completed(
        { order_id, amount: 1 + number },
        once("start_payment", "payment_callback", "payment_outcome", "confirm_order"),
        { order_status: "confirmed" },
      );
    case "reminder":
      return completed(
        { message: order_id, delay_seconds: chance.whole(1, 8) },
        once("accept_reminder", "wait_until_due", "remind"),
        { reminded: order_id },
      );
    case "order_saga":
      return saga(order_id, chance);
    case "bulk_import":
      return bulk(chance);
    case "retry_with_gateway":
      return retries(chance);
    case "source_race":
      // Who is first is up to chance, once a fault holds one of them up.
      return completed({ fast_takes: 20, reliable_takes: 400 }, null, { data: { answer: 42 } });
  }
}

/** With a payment service that is busy at first; without a carrier all is undone. */
function saga(order_id: string, chance: Chance): ExampleRun {
  const workflow = "order_saga";
  const input = { order_id, amount: 12, payment_failures: chance.whole(0, 2) };
  if (chance.fraction() < 0.6) {
    const steps = once("reserve_items", "charge_payment", "ship_order");
    const context = { payment: "charged", shipment: `SHIP-${order_id}` };
    return { workflow, input, outcome: { status: "completed", steps, context } };
  }
  const steps = {
    "reserve_items succeeded": 2,
    "charge_payment succeeded": 2,
    "ship_order failed": 1,
  };
  const context = { payment: "refunded", reservation: "released" };
  const outcome = { status: "failed", steps, context } as const;
  return { workflow, input: { ...input, address: "nowhere" }, outcome };
}

function bulk(chance: Chance): ExampleRun {
  const good = chance.whole(1, 12);
  const bad = chance.whole(0, 2);
  const rows = [
    ...Array.from({ length: good }, (_, row) => ({ name: `Row${row}` })),
    ...Array.from({ length: bad }, () => ({})),
  ];
  const steps = {
    ...once("import_rows", "summarize"),
    "import_row succeeded": good,
    ...(bad === 0 ? {} : { "import_row failed": bad }),
  };
  return {
    workflow: "bulk_import",
    input: { rows, row_takes: chance.whole(1, 100) },
    outcome: { status: "completed", steps, context: { imported: good } },
  };
}

function retries(chance: Chance): ExampleRun {
  const failures = chance.whole(0, 2);
  const steps = {
    ...once("retry_operation", "next_step"),
    "retry_gateway succeeded": failures + 1,
    ...(failures === 0 ? {} : { "retry_operation failed": failures }),
  };
  return {
    workflow: "retry_with_gateway",
    input: { errors: Array.from({ length: failures }, () => "Timeout") },
    outcome: { status: "completed", steps, context: { status: "succeeded" } },
  };
}
