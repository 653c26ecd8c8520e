// Starts the examples over HTTP, approves the expense as a person would, and waits for all to be completed.
//   node infra/docker/drive-example.mjs <address of the API's prefix> <correlation id> <orders of each kind>
import { setTimeout as delay } from "node:timers/promises";

const PATIENCE_MS = 120_000;
const PAUSE_MS = 250;

const [, , api, correlationId, ordersText] = process.argv;
const orders = Number(ordersText);

async function call(method, path, body) {
  const response = await fetch(`${api}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

function start(definition, input) {
  return call("POST", "/instances", {
    definition_name: definition,
    input_data: input,
    correlation_id: correlationId,
  });
}

/** Asks until the answer is something. */
async function until(what, ask) {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(PAUSE_MS);
  }
  throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
}

async function walkExpense() {
  const input = { requester_id: "alice@example.com", amount: 250, description: "Conference" };
  const { id } = await start("expense_approval", input);
  const task = await until("the manager's task", async () => {
    const [first] = await call("GET", `/tasks?instance_id=${id}`);
    return first;
  });
  console.log(`a person is asked: "${task.title}"`);
  await call("POST", `/tasks/${task.id}/complete`, {
    output_data: { approved: true, comments: "Have fun" },
    completed_by: "bob@example.com",
  });
  const done = await until("the end of the expense approval", async () => {
    const instance = await call("GET", `/instances/${id}`);
    return ["completed", "failed", "canceled"].includes(instance.status) ? instance : undefined;
  });
  const said = done.context_data.status;
  console.log(`expense_approval is ${done.status}, the expense is ${said}`);
  if (done.status !== "completed" || said !== "approved") throw new Error(JSON.stringify(done));
}

function listInstances(filter) {
  const query = new URLSearchParams({ correlation_id: correlationId, limit: "100", ...filter });
  return call("GET", `/instances?${query}`);
}

async function startOrders() {
  const numbers = Array.from({ length: orders }, (_, number) => `${correlationId}-${number + 1}`);
  const started = numbers.flatMap((order_id) => [
    start("order_processing", { order_id, items: ["tea", "cup"], amount: 12.5 }),
    start("order_with_notifications", { order_id }),
  ]);
  await Promise.all(started);
  console.log(`started ${started.length} orders`);
}

async function untilAllCompleted() {
  const { total } = await listInstances({});
  try {
    await until("the end of all instances", async () => {
      const completed = (await listInstances({ status: "completed" })).total;
      return completed === total ? true : undefined;
    });
  } catch (error) {
    for (const instance of (await listInstances({})).items) {
      if (instance.status === "completed") continue;
      const { id, definition_name: name, status, current_step: step } = instance;
      console.log(`${name} ${id} is ${status} at ${step}`);
    }
    throw error;
  }
  console.log(`all ${total} instances are completed`);
}

try {
  await Promise.all([startOrders(), walkExpense()]);
  await untilAllCompleted();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
